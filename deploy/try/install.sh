#!/usr/bin/env bash
# 在一个全新的 Debian（debootstrap）里把 install.sh 真正执行两遍，用 systemd 启动整套服务，检查以后再卸载。以 root 执行，约需 4 GB 磁盘。
#   deploy/try/install.sh [bookworm|trixie] [目录]
# 需要 debootstrap 和 systemd-container（systemd-nspawn）。试装的机器与本机共用网络，所以 80、443、5432、5433 端口要空着。
# KEEP=1 留下目录。The mirror, its proxy and pip's settings are those of this machine, copied at run time.
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo "请以 root 执行。" >&2; exit 1; }
for tool in debootstrap:debootstrap systemd-nspawn:systemd-container nsenter:util-linux; do
    command -v "${tool%:*}" > /dev/null || { echo "缺少 ${tool%:*}：apt-get install ${tool#*:}" >&2; exit 1; }
done

SUITE=${1:-bookworm}
ROOT=${2:-$(mktemp -d /var/tmp/portal-try.XXXXXX)}
SOURCE=$(cd "$(dirname "$0")/../.." && pwd)
MIRROR=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/debian.sources 2> /dev/null \
    | sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb \(\[[^]]*\] \)\?\([^ ]*\).*/\2/p' | head -1 || true)
HOST=portal.example.org
BEGUN=$(date +%s)
NSPAWN="" LEADER=""
CLEAN=(/usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8)
told() { echo "· $1（第 $(($(date +%s) - BEGUN)) 秒）"; }
inside() { chroot "$ROOT" "${CLEAN[@]}" "$@"; }
on_machine() { nsenter -t "$LEADER" -m -u -i -p -C -- "${CLEAN[@]}" "$@"; }

boot() {
    # Where the machine's control groups are still of the older kind, the newer kind is mounted for this one alone.
    UNIFIED_CGROUP_HIERARCHY=1 systemd-nspawn -q -D "$ROOT" --register=no --keep-unit -b > "$ROOT.console" 2>&1 &
    NSPAWN=$!
    for _ in $(seq 120); do
        LEADER=$(pgrep -P "$NSPAWN" -x systemd | head -1 || true)
        case "$([ -z "$LEADER" ] || on_machine systemctl is-system-running 2> /dev/null || true)" in running | degraded) return ;; esac
        sleep 1
    done
    tail -5 "$ROOT.console" >&2
    return 1
}
halt() {
    [ -n "$NSPAWN" ] || return 0
    # Asks its systemd to power off.
    [ -z "$LEADER" ] || kill -s RTMIN+4 "$LEADER" 2> /dev/null || true
    for _ in $(seq 60); do kill -0 "$NSPAWN" 2> /dev/null || break; sleep 1; done
    kill -9 "$NSPAWN" 2> /dev/null || true
    NSPAWN="" LEADER=""
}
leave() {
    halt
    inside sh -c 'for c in $(pg_lsclusters -h 2>/dev/null | awk "{print \$1\"/\"\$2}"); do pg_ctlcluster "${c%/*}" "${c#*/}" stop; done' > /dev/null 2>&1 || true
    umount "$ROOT/proc" 2> /dev/null || true
    umount "$ROOT/dev/shm" 2> /dev/null || true
    [ -n "${KEEP:-}" ] || rm -rf "$ROOT" "$ROOT.console"
}
trap leave EXIT

[ -x "$ROOT/usr/bin/dpkg" ] || debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,procps,curl "$SUITE" "$ROOT" "$MIRROR" > /dev/null
told "debootstrap $SUITE"
cp /etc/resolv.conf /etc/hosts "$ROOT/etc/" 2> /dev/null || true
find /etc/apt/apt.conf.d -type f -exec grep -liE 'proxy|retries|artifact' {} + 2> /dev/null | xargs -rI{} cp {} "$ROOT/etc/apt/apt.conf.d/" || true
for place in /etc/pip.conf /etc/xdg/pip; do
    [ ! -e $place ] || { mkdir -p "$ROOT$(dirname $place)"; cp -r $place "$ROOT$(dirname $place)/"; }
done
# Authorities that this machine trusts beside the usual ones; the package ca-certificates writes its own file anew.
cp /etc/ssl/certs/ca-certificates.crt "$ROOT/root/trusted.crt"
rm -rf "$ROOT/root/source"
mkdir -p "$ROOT/root/source"
tar -C "$SOURCE" --dereference --exclude=./var --exclude=./.git --exclude=./.venv --exclude=./node_modules --exclude=__pycache__ \
    --exclude=./tests -cf - . | tar -C "$ROOT/root/source" -xf -
mapfile -t PIP_SETTINGS < <(env | grep '^PIP_' | grep -v '^PIP_CERT=' || true; echo PIP_CERT=/root/trusted.crt)
INSTALL=("${PIP_SETTINGS[@]}" bash /root/source/deploy/install.sh --host "$HOST")

# As in an image: nothing is started.
mount -t proc proc "$ROOT/proc"
mkdir -p "$ROOT/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$ROOT/dev/shm"
inside "${INSTALL[@]}" --no-start | tee "$ROOT/root/first.txt"
[ "$(grep -c "管理员：https://$HOST/accounts/first-admin/" "$ROOT/root/first.txt")" = 3 ]
umount "$ROOT/dev/shm" "$ROOT/proc"
told "第一遍，不启动"

sha256sum "$ROOT"/etc/portal/credentials/* > "$ROOT/root/secrets-before"
boot
told "systemd 已启动"
on_machine "${INSTALL[@]}" | tee "$ROOT/root/second.txt"
sha256sum -c --quiet "$ROOT/root/secrets-before"
told "第二遍，启动服务；密钥和口令都没有变"

on_machine bash /root/source/deploy/try/checks.sh "$HOST" /root/second.txt
told "检查通过"

on_machine bash /root/source/deploy/uninstall.sh
on_machine bash -euxc '
    [ -z "$(ls -d /etc/systemd/system/portal-* /opt/portal /usr/local/sbin/portal-manage 2> /dev/null)" ]
    [ -z "$(systemctl list-units --plain --no-legend "portal-*")" ]
    nginx -t -q
    [ -s /etc/portal/credentials/keys.json ]
    [ -d /var/lib/portal/media ]
    [ -n "$(ls -A /var/backups/portal)" ]
    pg_lsclusters -h | awk "\$2 == \"portal\" {print \$4}" | grep -x > /dev/null online'
on_machine "${INSTALL[@]}" > "$ROOT/root/third.txt"
sha256sum -c --quiet "$ROOT/root/secrets-before"
on_machine curl -sf --unix-socket /run/portal/web.sock http://localhost/readyz | grep > /dev/null '"ready": true'
told "卸载，数据还在；再装，接着用"
on_machine bash /root/source/deploy/uninstall.sh --with-data
on_machine bash -euxc '
    [ -z "$(ls -d /etc/portal /var/lib/portal 2> /dev/null)" ]
    [ -z "$(pg_lsclusters -h | grep -w portal)" ]
    [ -z "$(id -u portal 2> /dev/null)" ]
    [ -n "$(ls -A /var/backups/portal)" ]'
told "连同数据卸载"
