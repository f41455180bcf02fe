#!/usr/bin/env bash
# 停止并移除门户的服务和程序。数据库、上传的文件和密钥保留；加 --with-data 才一并删除，删除后无法恢复。
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo "请以 root 执行。" >&2; exit 1; }
[ $# = 0 ] || [ "$1" = --with-data ] || { echo "看不懂的参数：$1" >&2; exit 2; }

if [ -d /run/systemd/system ]; then
    systemctl disable -q --now portal-tick.timer portal-health.timer portal-anchor-audit.timer portal-verify-audit.timer \
        portal-backup.timer portal-drill.timer portal-beat portal-worker portal-jobs portal-web portal-web.socket redis-portal 2> /dev/null || true
fi
rm -rf /etc/systemd/system/portal-* /etc/systemd/system/redis-portal.service /etc/redis/portal.conf
rm -f /etc/nginx/sites-enabled/portal.conf /etc/nginx/sites-available/portal.conf /etc/nginx/portal-proxy.conf
rm -f /usr/local/sbin/portal-manage
rm -rf /opt/portal
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl reset-failed 'portal-*' redis-portal 2> /dev/null || true
    systemctl reload nginx 2> /dev/null || true
fi
if [ "${1:-}" = --with-data ]; then
    VERSION=$(pg_lsclusters -h | awk '$2 == "portal" {print $1; exit}')
    [ -z "$VERSION" ] || pg_dropcluster --stop "$VERSION" portal
    rm -rf /var/lib/portal /etc/portal /etc/systemd/system/postgresql@.service.d/portal.conf
    # What else was put into the group (the web server) would keep it alive.
    deluser --quiet www-data portal 2> /dev/null || true
    deluser --quiet portal 2> /dev/null || true
    echo "已移除程序、数据和密钥。备份还在 /var/backups/portal，没有另外保存的两个密钥文件就打不开。"
else
    echo "已移除程序。数据在 PostgreSQL 的 portal 集群和 /var/lib/portal，密钥在 /etc/portal/credentials，备份在 /var/backups/portal。"
fi
