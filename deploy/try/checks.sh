#!/usr/bin/env bash
# 在试装的机器里由 deploy/try/install.sh 执行：装好的门户能不能用，服务死了会不会自己起来，备份能不能恢复。
#   checks.sh 域名 安装脚本的输出
set -euo pipefail
HOST=$1 SAID=$2
HERE=$(cd "$(dirname "$0")" && pwd)
SERVICES="portal-web portal-worker portal-jobs portal-beat"
TIMERS="portal-tick portal-health portal-anchor-audit portal-verify-audit portal-backup portal-drill"
CLUSTER=$(pg_lsclusters -h | awk '$2 == "portal" {print "postgresql@"$1"-portal"; exit}')
told() { echo "  ✓ $1"; }
# `! command` alone would not end the script.
never() { if "$@" > /dev/null 2>&1; then echo "不应当成功：$*" >&2; exit 1; fi; }
site() { curl -sk --max-time 30 --resolve "$HOST:443:127.0.0.1" "$@"; }
status() { site -o /dev/null -w '%{http_code}' "https://$HOST$1"; }
ready() { curl -s --max-time 30 --unix-socket /run/portal/web.sock http://localhost/readyz; }
sql() { runuser -u postgres -- psql -p 5433 -XAtc "$1" "${2:-postgres}"; }
main_process() { systemctl show -P MainPID "$1"; }
until_true() { # seconds, then a command
    local end=$(($(date +%s) + $1)); shift
    until "$@" > /dev/null 2>&1; do
        [ "$(date +%s)" -lt "$end" ] || { echo "等不到：$*" >&2; systemctl --no-pager --failed >&2; return 1; }
        sleep 0.5
    done
}
is_ready() { ready | grep > /dev/null '"ready": true'; }
is_away() { ready | grep > /dev/null '"reason": "database"'; }
answers() { [ "$(status /accounts/login/)" = "$1" ]; }
another_process() { [ "$(main_process "$1")" != "$2" ] && systemctl -q is-active "$1"; }

for unit in $SERVICES portal-web.socket redis-portal nginx "$CLUSTER"; do until_true 60 systemctl -q is-active "$unit"; done
for unit in $SERVICES redis-portal; do systemctl -q is-enabled "$unit"; done
for unit in $TIMERS; do
    systemctl -q is-active "$unit.timer"
    systemctl -q is-enabled "$unit.timer"
done
until_true 60 is_ready
told "服务和定时器都在运行，/readyz 就绪"

[ "$(stat -c '%a %U' /etc/portal/credentials/* | sort -u)" = "400 root" ]
secrets=/run/portal-try-secrets
cat /etc/portal/credentials/* | grep -oE '[A-Za-z0-9+/_=-]{40,}' | sort -u > $secrets
[ "$(wc -l < $secrets)" -ge 6 ]
for unit in $SERVICES; do
    process=$(main_process "$unit")
    [ "$(stat -c %U "/proc/$process")" = portal ]
    never grep -aF -f $secrets "/proc/$process/environ" "/proc/$process/cmdline"
    grep -q "^NoNewPrivs:.1$" "/proc/$process/status"
    grep -q "^CapEff:.0*$" "/proc/$process/status"
    cmp "/run/credentials/$unit.service/keys.json" /etc/portal/credentials/keys.json
    [ ! -e "/run/credentials/$unit.service/database-owner-url" ]
done
for place in /run/credentials/portal-web.service /etc/portal/credentials /var/lib/portal/media /var/backups/portal; do
    never runuser -u nobody -- ls $place
done
in_the_log() { journalctl -q --no-pager | grep -F "$@"; }
never grep -raF -f $secrets /etc/portal/portal.env /opt/portal /var/log /var/lib/portal --exclude-dir=venv
never in_the_log -f $secrets
told "密钥只由 systemd 交给各服务：不在环境变量、日志和程序目录里，属主口令不在服务手里"

for role in owner:t web:f; do
    [ "$(sql "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication, rolbypassrls FROM pg_roles WHERE rolname = 'portal_${role%:*}'")" = "f|${role#*:}" ]
done
[ "$(sql 'SHOW data_checksums')" = on ]
printf 'smtp+tls://portal:x@mail.example.org:587' > /etc/portal/credentials/email-url
portal-manage check --deploy --database default --fail-level WARNING
: > /etc/portal/credentials/email-url
portal-manage migrate --check
[ -z "$(nginx -t -q 2>&1)" ]
told "部署检查没有一条警告，迁移齐全"

[ "$(status /accounts/login/)" = 200 ]
[ "$(site -o /dev/null -w '%{http_version}' "https://$HOST/accounts/login/")" = 2 ]
for path in /healthz /readyz /metrics; do [ "$(status $path)" = 404 ]; done
site -D - -o /dev/null "https://$HOST/accounts/login/" | grep -i > /dev/null '^strict-transport-security: max-age=31536000'
/opt/portal/venv/bin/python "$HERE/first_admin.py" "$HOST" "$(sed -n 's#.*系统管理员：https://[^/]*\(/accounts/first-admin/[^ ]*\).*#\1#p' "$SAID")"
told "经 nginx 打开一次性链接，设立系统管理员，开启两步验证，看到运行状态页"

until_true 60 sh -c '[ -z "$(curl -s --unix-socket /run/portal/web.sock http://localhost/readyz | grep -oE "worker_[a-z]+|beat_silent|broker_unreachable|tick_silent")" ]'
sed -n 's#.*/accounts/first-admin/\([^ /]*\).*#\1#p' "$SAID" > /run/portal-try-links
[ "$(wc -l < /run/portal-try-links)" = 3 ]
never in_the_log -f /run/portal-try-links
never grep -raF -f /run/portal-try-links /var/log
told "后台进程有脉搏，提醒的两个定时器都在走；日志里没有一次性链接"

for unit in portal-tick portal-anchor-audit portal-verify-audit portal-backup portal-drill; do
    systemctl start "$unit" || { journalctl -q --no-pager -u "$unit" -n 30 >&2; exit 1; }
done
portal-manage verify_backup
systemctl start portal-health || { journalctl -q --no-pager -u portal-health -n 20 >&2; exit 1; }
told "定时任务逐个执行成功：备份、恢复演练、审计锚点、健康检查（没有警报）"

process=$(main_process "$CLUSTER")
[ "$process" != 0 ]
kill -9 "$process"
until_true 10 is_away
[ "$(curl -s --unix-socket /run/portal/web.sock http://localhost/healthz)" = ok ]
until_true 60 is_ready
[ "$(main_process "$CLUSTER")" != "$process" ]
told "数据库被强行结束后由 systemd 重新启动，门户自己接上；期间 /healthz 照常"

for unit in $SERVICES redis-portal; do
    process=$(main_process "$unit")
    kill -9 "$process"
    until_true 60 another_process "$unit" "$process"
done
until_true 60 answers 200
told "门户的每个进程被强行结束后都重新启动"

# A slow machine may be slow; what counts is that each request is answered.
patient() { site --max-time 120 -o /dev/null -w '%{http_code}\n' "https://$HOST/accounts/login/"; }
( while [ ! -e /run/portal-try-stop ]; do patient; sleep 0.2; done > /run/portal-try-answers ) &
asking=$!
sleep 3
systemctl restart portal-web
sleep 3
systemctl reload portal-web
sleep 3
touch /run/portal-try-stop
wait $asking
[ "$(sort -u /run/portal-try-answers)" = 200 ] || { sort /run/portal-try-answers | uniq -c >&2; exit 1; }
[ "$(systemctl show -P Result portal-web)" = success ]
told "重新启动网页服务时 $(wc -l < /run/portal-try-answers) 次请求没有一次失败"

# As docs/runbooks/new-machine.md says.
accounts=$(sql "SELECT count(*) FROM members_user" portal)
timers=$(printf '%s.timer ' $TIMERS)
systemctl stop portal-web.socket $SERVICES $timers
portal-manage restore newest --replace
systemctl start portal-web.socket $SERVICES $timers
until_true 60 is_ready
[ "$(sql "SELECT count(*) FROM members_user" portal)" = "$accounts" ]
portal-manage migrate --check
# A restored portal knows of no backup that is newer than itself, and says so until there is one.
never portal-manage health
systemctl start portal-backup
told "从备份恢复到已有的库，服务照常；再备份一次"

systemd-analyze verify /etc/systemd/system/portal-*.service /etc/systemd/system/portal-*.timer /etc/systemd/system/portal-web.socket \
    /etc/systemd/system/redis-portal.service > /run/portal-try-verify 2>&1 || true
never grep -E '/(portal|redis-portal)' /run/portal-try-verify
for unit in $SERVICES portal-backup portal-drill redis-portal; do
    systemd-analyze security --no-pager --threshold=30 "$unit" > /dev/null || { systemd-analyze security --no-pager "$unit" >&2; exit 1; }
    echo "    $(systemd-analyze security --no-pager "$unit" | tail -1)"
done
told "单元文件没有错误，暴露程度都在 3.0 以下"
# What a timer began while things were being killed may have failed; the next time it does not.
until_true 180 systemctl start portal-health
nothing_failed() { [ -z "$(systemctl --plain --no-legend --failed)" ]; }
until_true 180 nothing_failed
told "没有一个单元停在失败状态"
