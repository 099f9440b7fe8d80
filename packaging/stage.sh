#!/usr/bin/env bash
# Puts what is installed where it belongs.
#   stage.sh debian|local OUT.tar NAME=FILE...   a Debian package's tree, or one to unpack anywhere
set -euo pipefail

layout=$1
out=$2
declare -A files
for argument in "${@:3}"; do files[${argument%%=*}]=${argument#*=}; done

version=$(sed -n 's/.*kVersion.*"\(.*\)".*/\1/p' "${files[version.h]}")
abi_version=${version%.*}
# Same bytes for same contents.
readonly TIME='2026-01-01 00:00:00Z'

root=$(mktemp --directory)
trap 'rm -rf "$root"' EXIT

# Where things go in the tree, and what files in it are told.
case $layout in
  debian)
    multiarch=$(dpkg-architecture --query DEB_HOST_MULTIARCH)
    top=$root/usr
    lib=lib/$multiarch
    units=$root/lib/systemd/system
    doc=share/doc/gather
    bindir=/usr/bin
    prefix=/usr
    libdir="\${prefix}/$lib"
    ;;
  local)
    top=$root/gather-$version
    lib=lib
    units=$top/lib/systemd/system
    doc=share/doc/gather
    bindir=/usr/local/bin
    prefix="\${pcfiledir}/../.."
    libdir="\${prefix}/lib"
    ;;
  *)
    echo "stage.sh: no layout $layout" >&2
    exit 2
    ;;
esac
up_from_lib=${lib//[^\/]/}
up_from_lib=..${up_from_lib//\//\/..}

# put NAME DESTINATION [MODE]
put() {
  install -D --mode="${3:-644}" "${files[$1]}" "$2"
}

# fill NAME DESTINATION: replaces the @WORDS@ of a template.
fill() {
  mkdir --parents "$(dirname "$2")"
  sed --expression="s#@VERSION@#$version#g" --expression="s#@ABI_VERSION@#$abi_version#g" \
    --expression="s#@PREFIX@#$prefix#g" --expression="s#@LIBDIR@#$libdir#g" \
    --expression="s#@PREFIX_FROM_LIBRARIES@#$up_from_lib#g" \
    --expression="s#@BINDIR@#$bindir#g" "${files[$1]}" >"$2"
}

# put_program NAME SECTION: with the page of the manual of the same name.
put_program() {
  put "$1" "$top/bin/$1" 755
  strip --remove-section=.comment --remove-section=.note "$top/bin/$1"
  fill "$1.$2" "$top/share/man/man$2/$1.$2"
}

put_library() {
  local shared=$top/$lib/libgather.so.$version name
  put libgather.so "$shared"
  strip --strip-unneeded --remove-section=.comment --remove-section=.note "$shared"
  ln --symbolic "libgather.so.$version" "$top/$lib/libgather.so.$abi_version"
  ln --symbolic "libgather.so.$abi_version" "$top/$lib/libgather.so"
  for name in libgather.a libgather_testing.a; do
    put "$name" "$top/$lib/$name"
    strip --strip-debug --remove-section=.comment --remove-section=.note \
      --enable-deterministic-archives "$top/$lib/$name"
  done
  mkdir --parents "$top/include"
  cp --recursive --dereference --no-preserve=mode "${files[include]}/." "$top/include"
}

put_for_builds() {
  local name
  for name in gather-config.cmake gather-config-version.cmake gather-generate.cmake; do
    fill "$name" "$top/$lib/cmake/gather/$name"
  done
  fill gather.pc "$top/$lib/pkgconfig/gather.pc"
}

# put_notices: of what gatherd has in itself (docs/adr/0013), as its licenses ask for.
put_notices() {
  local package
  for package in libabsl-dev libgrpc-dev libprotobuf-dev; do
    install -D --mode=644 "/usr/share/doc/$package/copyright" \
      "$top/$doc/in-gatherd/$package.copyright"
  done
}

put_program gatherctl 1
put gatherctl.bash "$top/share/bash-completion/completions/gatherctl"
put_program gatherd 8
put_program protoc-gen-gather 1
put_library
put_for_builds
put_notices
fill gatherd.service "$units/gatherd.service"
put gather.json "$top/$doc/examples/gather.json"
put gather.proto "$top/include/gather/v1/gather.proto"
if [[ $layout == local ]]; then put LICENSE "$top/$doc/LICENSE"; fi

chmod --recursive u=rwX,go=rX "$root"
tar --create --file="$out" --directory="$root" --sort=name --owner=0 --group=0 --numeric-owner \
  --mtime="$TIME" .
