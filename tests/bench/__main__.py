"""All benchmarks, one after the other, each in a process of its own: ``python tests/bench``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")]),
}

for script in sorted(HERE.glob("*.py")):
    if script.stem not in ("__main__", "common"):
        print(f"-- {script.stem}", flush=True)
        subprocess.run([sys.executable, str(script)], env=ENVIRONMENT, check=False)
