#!/bin/sh
# Installs pynwb from Debian trixie into a folder of its own (bookworm has none), for the NWB tests:
#   sudo tests/interop/install-pynwb.sh [FOLDER]
# The tests look for it in $MINISIM_PYNWB, or /opt/minisim-trixie. Needs debootstrap and root; does nothing if it is there.
set -eu
root="${1:-${MINISIM_PYNWB:-/opt/minisim-trixie}}"
# The mirror that this machine's own packages come from.
mirror="${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | head -n 1)}"
if [ -x "$root/usr/bin/python3" ] && chroot "$root" python3 -c "import pynwb" 2>/dev/null; then
    echo "pynwb is in $root"
    exit 0
fi
[ -x "$root/usr/bin/apt-get" ] || debootstrap --variant=minbase trixie "$root" "$mirror"
# The proxy of this machine, if it has one, serves the folder too.
if ls /etc/apt/apt.conf.d/*proxy* >/dev/null 2>&1; then cp /etc/apt/apt.conf.d/*proxy* "$root/etc/apt/apt.conf.d/"; fi
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
chroot "$root" apt-get update -qq
DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y -qq --no-install-recommends python3-pynwb
chroot "$root" python3 -c "import pynwb; print('pynwb', pynwb.__version__)"
