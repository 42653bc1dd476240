"""Ordinary users: one without anything, and one to whom subordinate ids are granted; knows no lab and no claim."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
NOBODY = 65534
ENVIRONMENT = {"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/"}
# env: what setpriv executes itself it still finds with root's powers.
BECOME = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "env")
# In a mount namespace of its own, so that this machine's own files stay as they are.
GRANT = f"""
set -e
grant=$(mktemp)
echo {NOBODY}:200000:65536 > $grant
chmod 644 $grant
for file in /etc/subuid /etc/subgid; do
    mount --bind $grant $file
done
rm $grant
exec "$@"
"""


def become() -> tuple[str, ...]:
    """Words to put before a command, so that a user without any privilege runs it."""
    return () if os.geteuid() else BECOME


def become_granted() -> tuple[str, ...] | str:
    """The same for one who has subordinate ids; or why there is none."""
    missing = [name for name in ("newuidmap", "newgidmap") if shutil.which(name) is None]
    if missing:
        return f"{missing[0]} is not installed (apt-get install uidmap)"
    if os.geteuid():
        granted = all(_grants(path) for path in ("/etc/subuid", "/etc/subgid"))
        return () if granted else "this user has no subordinate ids (/etc/subuid)"
    return ("unshare", "--mount", "sh", "-c", GRANT, "sh", *BECOME)


def interpreter(before: tuple[str, ...], modules: str) -> str | None:
    """A Python that such a user can execute, and that finds all of `modules`."""
    mine = os.environ.get("ATMT_USER_PYTHON")
    candidates = filter(None, (sys.executable, mine, "/usr/bin/python3"))
    return next((path for path in candidates if _imports(path, before, modules)), None)


def modes() -> list[str]:
    """Those of a lab that this user can have."""
    if os.geteuid() == 0:
        return ["root", "single"]
    return ["single"] if isinstance(become_granted(), str) else ["single", "subuid"]


def _grants(path: str) -> bool:
    import pwd

    names = {str(os.geteuid()), pwd.getpwuid(os.geteuid()).pw_name}
    try:
        return any(line.split(":")[0] in names for line in Path(path).read_text().splitlines())
    except OSError:
        return False


def _imports(path: str, before: tuple[str, ...], modules: str) -> bool:
    code = f"import sys; assert sys.version_info >= (3, 11); import {modules}"
    command = [*before, path, "-c", code]
    environment = {"PATH": os.environ["PATH"], **ENVIRONMENT}
    done = subprocess.run(command, cwd="/", env=environment, capture_output=True, check=False)
    return done.returncode == 0
