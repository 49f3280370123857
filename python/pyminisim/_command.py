"""The command ``pyminisim``: the native command of the same engine, where the wheel holds it."""
import os
import sys


def path():
    """Where the native command is."""
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib", "minisim.exe" if sys.platform == "win32" else "minisim")


def main():
    if not os.path.exists(path()):
        sys.exit("pyminisim: this wheel was built without the command. Build one with python/build-wheel, or use the Python package.")
    if not os.access(path(), os.X_OK):
        os.chmod(path(), 0o755)
    if sys.platform == "win32":
        import subprocess

        sys.exit(subprocess.call([path(), *sys.argv[1:]]))
    os.execv(path(), ["pyminisim", *sys.argv[1:]])
