"""Finds the file of a program before anything is started.

Knows no lab: it looks at names and folders only.
"""

from __future__ import annotations

import os
import shutil

from atmt.errors import ProgramMissing

SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin")  # where servers are, and users do not look


def resolve(name: str, path: str, directory: str) -> str:
    """Absolute path of a program; a name with a slash in it is relative to `directory`.

    `path` is searched as a shell does, then the folders of system programs.  Raises ProgramMissing.
    """
    if os.sep in name:
        wanted = os.path.join(directory, name)
        found = shutil.which(wanted)
        place = wanted
    else:
        found = shutil.which(name, path=os.pathsep.join((path, *SYSTEM_FOLDERS)))
        place = f"PATH and {', '.join(SYSTEM_FOLDERS)}"
    if found is None:
        raise ProgramMissing(
            f"the program {name} is not there or not executable (looked at {place})",
            f"Install the package that has it, or name its full path; on Debian: apt-file search bin/{name}",
        )
    return os.path.abspath(found)
