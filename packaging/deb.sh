#!/usr/bin/env bash
# Makes a Debian package of a staged tree.
#   deb.sh TREE.tar DEBIAN_FILES_DIRECTORY XZ_LEVEL OUT.deb
set -euo pipefail

tree=$1
debian=$2
level=$3
out=$(realpath --canonicalize-missing "$4")

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir "$root"
tar --extract --file="$tree" --directory="$root"
version=$(sed -n 's/^Version: //p' "$root"/usr/lib/*/pkgconfig/gather.pc)
abi_version=${version%.*}
architecture=$(dpkg --print-architecture)
readonly TIME='2026-01-01 00:00:00Z'

# depends: the packages of the libraries that programs and library need, with versions.
depends() {
  mkdir "$work/debian"
  printf 'Source: gather\n\nPackage: gather\nArchitecture: any\n' >"$work/debian/control"
  (
    cd "$work"
    dpkg-shlibdeps -O --ignore-missing-info -l"$(echo root/usr/lib/*/)" \
      root/usr/bin/* root/usr/lib/*/libgather.so.*.* 2>shlibdeps.log ||
      { cat shlibdeps.log >&2; exit 1; }
  ) | sed -n 's/^shlibs:Depends=//p'
}

# Documentation that a Debian package must have.
doc=$root/usr/share/doc/gather
mkdir --parents "$doc"
cp "$debian/copyright" "$doc/copyright"
sed --expression="s/@VERSION@/$version/" \
  --expression="s/@DATE@/$(date --utc --rfc-email --date="$TIME")/" "$debian/changelog.in" |
  gzip --best --no-name >"$doc/changelog.gz"
gzip --best --no-name "$root"/usr/share/man/man*/*
install -D --mode=644 "$debian/lintian-overrides" "$root/usr/share/lintian/overrides/gather"
mkdir --parents "$root/etc/gather"

control=$root/DEBIAN
mkdir "$control"
install --mode=755 "$debian"/{postinst,prerm,postrm} "$control"
install --mode=644 "$debian/triggers" "$control"
echo "libgather $abi_version gather (>= $version)" >"$control/shlibs"
size=$(du --summarize --apparent-size --block-size=1024 "$root" | cut --fields=1)
sed --expression="s/@VERSION@/$version/" --expression="s/@ARCHITECTURE@/$architecture/" \
  --expression="s/@INSTALLED_SIZE@/$size/" --expression="s/@DEPENDS@/$(depends)/" \
  "$debian/control.in" >"$control/control"
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort --zero-terminated |
  xargs --null md5sum >DEBIAN/md5sums)

chmod --recursive u=rwX,go=rX "$root"
find "$root" -print0 | xargs --null touch --no-dereference --date="$TIME"
SOURCE_DATE_EPOCH=$(date --date="$TIME" +%s) \
  dpkg-deb --build --root-owner-group --uniform-compression -Zxz -z"$level" "$root" "$out" >/dev/null
