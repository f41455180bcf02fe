#!/usr/bin/env bash
# 在一个全新的 Debian（debootstrap）里把 install.sh 真正执行两遍，再看装好的门户能不能用。以 root 执行，约需 3 GB 磁盘。
#   deploy/try-install.sh [bookworm|trixie] [目录]
# The mirror, its proxy and pip's settings are those of this machine, copied at run time.
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo "请以 root 执行。" >&2; exit 1; }
command -v debootstrap > /dev/null || { echo "缺少 debootstrap：apt-get install debootstrap" >&2; exit 1; }

SUITE=${1:-bookworm}
ROOT=${2:-$(mktemp -d /var/tmp/portal-try.XXXXXX)}
SOURCE=$(cd "$(dirname "$0")/.." && pwd)
MIRROR=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/debian.sources 2> /dev/null \
    | sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb \(\[[^]]*\] \)\?\([^ ]*\).*/\2/p' | head -1 || true)
BEGUN=$(date +%s)
inside() { chroot "$ROOT" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"; }
leave() {
    inside sh -c 'for c in $(pg_lsclusters -h 2>/dev/null | awk "{print \$1\"/\"\$2}"); do pg_ctlcluster "${c%/*}" "${c#*/}" stop || true; done' || true
    umount "$ROOT/proc" 2> /dev/null || true
    umount "$ROOT/dev/shm" 2> /dev/null || true
    [ -n "${KEEP:-}" ] || rm -rf "$ROOT"
}
trap leave EXIT

[ -x "$ROOT/usr/bin/dpkg" ] || debootstrap --variant=minbase "$SUITE" "$ROOT" "$MIRROR" > /dev/null
echo "· debootstrap $SUITE：$(($(date +%s) - BEGUN)) 秒"
mount -t proc proc "$ROOT/proc"
mkdir -p "$ROOT/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$ROOT/dev/shm"
cp /etc/resolv.conf /etc/hosts "$ROOT/etc/" 2> /dev/null || true
find /etc/apt/apt.conf.d -type f -exec grep -liE 'proxy|retries|artifact' {} + 2> /dev/null | xargs -rI{} cp {} "$ROOT/etc/apt/apt.conf.d/" || true
for place in /etc/pip.conf /etc/xdg/pip; do
    [ ! -e $place ] || { mkdir -p "$ROOT$(dirname $place)"; cp -r $place "$ROOT$(dirname $place)/"; }
done
# Authorities that this machine trusts beside the usual ones; the package ca-certificates writes its own file anew.
cp /etc/ssl/certs/ca-certificates.crt "$ROOT/root/trusted.crt"

mkdir -p "$ROOT/root/source"
tar -C "$SOURCE" --dereference --exclude=./var --exclude=./.git --exclude=./.venv --exclude=./node_modules --exclude=__pycache__ \
    --exclude=./tests -cf - . | tar -C "$ROOT/root/source" -xf -
mapfile -t PIP_SETTINGS < <(env | grep '^PIP_' | grep -v '^PIP_CERT=' || true; echo PIP_CERT=/root/trusted.crt)
inside "${PIP_SETTINGS[@]}" bash /root/source/deploy/install.sh --host portal.example.org --no-start | tee "$ROOT/root/first.txt"
grep -q '一次性链接设立第一个管理员：https://portal.example.org/accounts/first-admin/' "$ROOT/root/first.txt"
echo "· 第一遍：$(($(date +%s) - BEGUN)) 秒"

sha256sum "$ROOT"/etc/portal/credentials/* > "$ROOT/root/secrets-before"
inside "${PIP_SETTINGS[@]}" bash /root/source/deploy/install.sh --host portal.example.org --no-start > "$ROOT/root/second.txt"
sha256sum -c --quiet "$ROOT/root/secrets-before"
echo "· 第二遍：密钥和口令都没有变，$(($(date +%s) - BEGUN)) 秒"

inside bash -euo pipefail -c '
    [ "$(stat -c "%a %U" /etc/portal/credentials/* | sort -u)" = "400 root" ]
    pg_ctlcluster $(ls /usr/lib/postgresql | tail -1) portal start
    printf "smtp+tls://portal:x@mail.example.org:587" > /etc/portal/credentials/email-url
    portal-manage check --deploy --database default --fail-level WARNING
    portal-manage migrate --check
    portal-manage verify_audit
    portal-manage tick
    for role in portal_owner portal_web; do
        runuser -u postgres -- psql -p 5433 -XAtc \
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = '"'"'$role'"'"'" | grep -qx f
    done
    [ "$(runuser -u postgres -- psql -p 5433 -XAtc "SHOW data_checksums")" = on ]
    nginx -t -q
    systemd-analyze verify /etc/systemd/system/portal-*.service /etc/systemd/system/portal-*.timer /etc/systemd/system/portal-web.socket 2>&1 | grep -v "^$" || true
    # A password belongs to the web role or the owner; neither may stand where others can read it.
    ! grep -rqF "$(cat /etc/portal/credentials/pg-web)" /etc/portal/portal.env /opt/portal /var/log /var/lib/portal 2> /dev/null
'
echo "· 检查通过，共 $(($(date +%s) - BEGUN)) 秒"
