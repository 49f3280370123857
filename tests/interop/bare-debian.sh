#!/bin/bash
# The README's two commands in a Debian that has nothing but the .NET SDK and git: what a newcomer's container is.
#   sudo tests/interop/bare-debian.sh [FOLDER] [ARGUMENTS OF THE TEST COMMAND …]
# Makes the Debian in FOLDER (default /opt/minisim-bare) unless it is there, clones the commit that is checked out into it, and runs
# demo and tests there. Needs debootstrap, root and some ten minutes. Succeeds if demo succeeds, no test fails, and the run says in one
# line which packages were missing.
set -euo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
root="${1:-/opt/minisim-bare}"
# A part of the tests, for a trial: -- --filter-class "*ReadmeTests"
shift || true
mirror="${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | head -n 1)}"
sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
if [ ! -x "$root/usr/bin/git" ]; then
    debootstrap --variant=minbase --include=ca-certificates,git,libicu72,libssl3 bookworm "$root" "$mirror" > /dev/null
fi
mkdir -p "$root/sdk" "$root/clone"
cp -a --update "$sdk/." "$root/sdk/"
cp /etc/resolv.conf "$root/etc/resolv.conf" 2> /dev/null || true
# Packages come the way they come on this machine: its sources, its certificates, and those that it has already.
cp -r --update /etc/ssl/certs/. "$root/etc/ssl/certs/" 2> /dev/null || true
mkdir -p "$root/root/.nuget/packages"
for folder in NuGet packages; do
    if [ -d "$HOME/.nuget/$folder" ]; then cp -r --update "$HOME/.nuget/$folder" "$root/root/.nuget/"; fi
done
rm -rf "$root/clone"
git clone -q "$source" "$root/clone"
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
mountpoint -q "$root/dev" || mount --rbind /dev "$root/dev"
trap 'umount "$root/proc"; umount -R "$root/dev" 2> /dev/null || umount -l "$root/dev"' EXIT
log="$root/tests.log"
demo=$(grep -m 1 '^dotnet run .* demo$' "$source/README.md")
tests="$(grep -m 1 '^dotnet test ' "$source/README.md")$(printf ' %q' "$@")"
[ $# -gt 0 ] || tests=$(grep -m 1 '^dotnet test ' "$source/README.md")
# Nothing that a build leaves running may hold on to the folder. CI would be told that nothing may be missing.
proxies=$(env | grep -i '_proxy=' || true)
chroot "$root" env -i $proxies HOME=/root PATH=/sdk:/usr/bin:/bin:/usr/sbin:/sbin DOTNET_ROOT=/sdk DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 \
    MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false SSL_CERT_DIR=/etc/ssl/certs \
    bash -c "set -e -o pipefail; cd /clone; $demo; $tests 2>&1 | tee /tests.log"
grep -q 'for want of packages: .*apt-get install' "$log" || { echo "the run does not say what was skipped"; exit 1; }
echo "bare Debian: $(sed -n 's/^ *succeeded: *\([0-9]*\).*/\1/p' "$log" | tail -n 1) passed, $(sed -n 's/^ *failed: *\([0-9]*\).*/\1/p' "$log" | tail -n 1) failed"
