#!/usr/bin/env bash
# 在 Debian 12 或 13 上安装支部工作门户；可以重复执行：已有的密钥、密码和数据都保留。说明见 docs/install.md。
#
#   deploy/install.sh --host portal.example.org [--no-start] [--without-nginx]
#
# --no-start       只安装，不启动服务（容器、chroot、镜像中用）
# --without-nginx  前面另有网站服务器
set -euo pipefail

HOST="" START=1 NGINX=1
while [ $# -gt 0 ]; do
    case "$1" in
        --host) HOST="${2:?--host 后面要写域名}"; shift 2 ;;
        --no-start) START=0; shift ;;
        --without-nginx) NGINX=0; shift ;;
        *) echo "看不懂的参数：$1" >&2; exit 2 ;;
    esac
done
[ "$(id -u)" = 0 ] || { echo "请以 root 执行。" >&2; exit 1; }
[ -n "$HOST" ] || { echo "请用 --host 写明用户访问的域名，例如 --host portal.example.org" >&2; exit 2; }
printf '%s' "$HOST" | grep -Eq '^[A-Za-z0-9.-]+$' || { echo "域名 $HOST 的写法不对。" >&2; exit 2; }

SOURCE=$(cd "$(dirname "$0")/.." && pwd)
APP=/opt/portal
ETC=/etc/portal
SECRETS=$ETC/credentials
VAR=/var/lib/portal
BACKUPS=/var/backups/portal
PORT=5433
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

step() { printf '· %s\n' "$1"; }
running() { [ "$START" = 1 ] && [ -d /run/systemd/system ]; }
# In a chroot nothing may start by itself when its package is installed.
quiet_packages() {
    local policy=/usr/sbin/policy-rc.d
    if [ "$START" = 0 ] && [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' > $policy
        chmod 755 $policy
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
}

step "安装系统软件包"
quiet_packages
PACKAGES="python3 python3-venv postgresql redis-server ca-certificates openssl util-linux"
[ "$NGINX" = 1 ] && PACKAGES="$PACKAGES nginx-light"
HAD_REDIS=$(dpkg-query -W -f '${Status}' redis-server 2>/dev/null | grep -c 'ok installed' || true)
apt-get update -q > /dev/null
# shellcheck disable=SC2086
apt-get install -y -q --no-install-recommends $PACKAGES > /var/log/portal-apt.log 2>&1 \
    || { echo "软件包没有装好，详见 /var/log/portal-apt.log" >&2; exit 1; }
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 以上。" >&2; exit 1; }

step "建立用户和目录"
id portal > /dev/null 2>&1 || adduser --system --group --home $VAR --no-create-home --quiet portal
usermod -aG redis portal
[ "$NGINX" = 0 ] || usermod -aG portal www-data
install -d -m 0755 $APP $ETC
install -d -m 0700 $SECRETS
install -d -o portal -g portal -m 0750 $VAR $VAR/media
install -d -o portal -g portal -m 0700 $VAR/mail $BACKUPS

step "复制程序到 $APP"
if [ "$SOURCE" != "$APP" ]; then
    # What is not in the new version goes; the environment stays.
    for entry in branch_portal members notices learning activities supervision templates static deploy docs requirements \
        manage.py requirements.txt requirements.in package.json package-lock.json Makefile README.md CHANGELOG.md pyproject.toml .env.example; do
        [ -e "$SOURCE/$entry" ] || continue
        rm -rf "$APP/$entry.new"
        cp -rL "$SOURCE/$entry" "$APP/$entry.new"
        rm -rf "${APP:?}/$entry"
        mv "$APP/$entry.new" "$APP/$entry"
    done
    find $APP -path $APP/venv -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf
fi
[ -e $APP/static/vendor/.fetched ] || {
    echo "缺少前端文件 static/vendor：请先在能上网的机器上于代码目录执行 make setup，再连同它一起安装。" >&2
    exit 1
}
chown -R root:root $APP
chmod -R go-w,a+rX $APP

step "安装 Python 软件包（按哈希核对，只用预编译包）"
[ -x $APP/venv/bin/python ] || python3 -m venv $APP/venv
$APP/venv/bin/python -m pip install -q --disable-pip-version-check --no-input --require-hashes --only-binary :all: \
    -r $APP/requirements.txt > /var/log/portal-pip.log 2>&1 \
    || { echo "Python 软件包没有装好，详见 /var/log/portal-pip.log" >&2; exit 1; }

step "数据库集群（单独一套，只听本机）"
PGVERSION=$(ls /usr/lib/postgresql | sort -n | tail -1)
if ! pg_lsclusters -h | awk '{print $2}' | grep -qx portal; then
    pg_createcluster "$PGVERSION" portal --port $PORT --locale C.UTF-8 --encoding UTF8 -- --data-checksums > /dev/null
fi
PGVERSION=$(pg_lsclusters -h | awk '$2 == "portal" {print $1; exit}')
PORT=$(pg_lsclusters -h | awk '$2 == "portal" {print $3; exit}')
install -o postgres -g postgres -m 0644 $APP/deploy/postgresql/portal.conf "/etc/postgresql/$PGVERSION/portal/conf.d/portal.conf"
install -d /etc/systemd/system/postgresql@.service.d
install -m 0644 $APP/deploy/postgresql/restart.conf /etc/systemd/system/postgresql@.service.d/portal.conf
STARTED=0
if ! pg_lsclusters -h | awk '$2 == "portal" {print $4}' | grep -q online; then
    if running; then
        systemctl daemon-reload
        systemctl enable -q --now "postgresql@$PGVERSION-portal"
    else
        pg_ctlcluster "$PGVERSION" portal start
        STARTED=1
    fi
fi
stop_database() { [ "$STARTED" = 0 ] || pg_ctlcluster "$PGVERSION" portal stop || true; }

secret() { # name: made once, kept for ever
    [ -s "$SECRETS/$1" ] || { umask 077; head -c 48 /dev/urandom | base64 -w0 | tr '+/' '-_' > "$SECRETS/$1"; }
    chmod 0400 "$SECRETS/$1"
}
sql() { runuser -u postgres -- psql -p "$PORT" -X -q -v ON_ERROR_STOP=1 -d "$1" -f -; }

step "数据库角色：属主（迁移用）和网页（日常用），都不是超级用户"
secret secret-key
secret pg-owner
secret pg-web
secret metrics-token
OWNER=$(cat $SECRETS/pg-owner) WEB=$(cat $SECRETS/pg-web)
# The passwords go in on standard input; a command line would show them.
{
    printf "\\\\set owner_password '%s'\n" "$OWNER"
    printf "\\\\set web_password '%s'\n" "$WEB"
    cat $APP/deploy/postgresql/roles.sql
} | sql postgres

step "密钥和口令（$SECRETS，只有 root 能读）"
umask 077
printf 'postgres://portal_web:%s@127.0.0.1:%s/portal' "$WEB" "$PORT" > $SECRETS/database-url
printf 'postgres://portal_owner:%s@127.0.0.1:%s/portal' "$OWNER" "$PORT" > $SECRETS/database-owner-url
[ -s $SECRETS/redis-url ] || printf 'redis+socket:///run/redis-portal/redis.sock?virtual_host=0' > $SECRETS/redis-url
for file in email-url database-replica-url; do  # empty: none
    [ -e $SECRETS/$file ] || : > $SECRETS/$file
done
chmod 0400 $SECRETS/*
umask 022
sed "s/__SERVER_NAME__/$HOST/g" $APP/deploy/portal.env > $ETC/portal.env.new
if [ -e $ETC/portal.env ]; then
    # Settings that are there stay as they are; those that this version adds come behind them.
    grep '^[A-Z]' $ETC/portal.env.new | while IFS= read -r line; do
        grep -Eq "^#? *${line%%=*}=" $ETC/portal.env || printf '%s\n' "$line" >> $ETC/portal.env
    done
    rm $ETC/portal.env.new
else
    mv $ETC/portal.env.new $ETC/portal.env
fi
chmod 0644 $ETC/portal.env
install -m 0755 $APP/deploy/portal-manage /usr/local/sbin/portal-manage
portal-manage ensure_keys > /dev/null
[ -e $SECRETS/backup-key.json ] || portal-manage backup_key > /dev/null

step "数据库结构、静态文件"
portal-manage migrate --noinput -v 0
sql portal < $APP/deploy/postgresql/leakproof.sql
portal-manage collectstatic --noinput -v 0

step "服务单元"
rm -rf /etc/systemd/system/portal-.service.d
cp -r $APP/deploy/systemd/. /etc/systemd/system/
chmod -R a+rX,go-w /etc/systemd/system/portal-.service.d
install -d -m 0755 /etc/redis
install -o redis -g redis -m 0640 $APP/deploy/redis/portal.conf /etc/redis/portal.conf

if [ "$NGINX" = 1 ]; then
    step "网站服务器 nginx"
    install -d -m 0755 $ETC/tls
    if [ ! -e $ETC/tls/fullchain.pem ]; then
        # Until the real one is there; browsers warn of it.
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=$HOST" \
            -addext "subjectAltName=DNS:$HOST" -keyout $ETC/tls/key.pem -out $ETC/tls/fullchain.pem 2> /dev/null
        chmod 0400 $ETC/tls/key.pem
    fi
    install -m 0644 $APP/deploy/nginx/portal-proxy.conf /etc/nginx/portal-proxy.conf
    sed "s/__SERVER_NAME__/$HOST/g" $APP/deploy/nginx/portal.conf > /etc/nginx/sites-available/portal.conf
    # Since 1.25.1 HTTP/2 is a directive of its own, and the old way of asking for it is warned of.
    if dpkg --compare-versions "$(nginx -v 2>&1 | sed 's#.*nginx/\([0-9.]*\).*#\1#')" ge 1.25.1; then
        sed -i 's/^\( *\)listen 443 ssl http2;/\1listen 443 ssl;\n\1http2 on;/; s/ ssl http2;/ ssl;/' /etc/nginx/sites-available/portal.conf
    fi
    ln -sf /etc/nginx/sites-available/portal.conf /etc/nginx/sites-enabled/portal.conf
    rm -f /etc/nginx/sites-enabled/default
    nginx -t -q
fi

# 1 GB that can be given back at once when the disk is full.
if [ ! -e $VAR/ballast ] && [ "$(df --output=avail -k $VAR | tail -1)" -gt 8388608 ]; then
    fallocate -l 1G $VAR/ballast 2> /dev/null || true
fi

if running; then
    step "启动"
    systemctl daemon-reload
    [ "$HAD_REDIS" != 0 ] || systemctl disable -q --now redis-server
    systemctl enable -q --now redis-portal portal-web.socket
    systemctl enable -q portal-web portal-worker portal-jobs portal-beat
    systemctl restart portal-web portal-worker portal-jobs portal-beat
    systemctl enable -q --now portal-tick.timer portal-health.timer portal-anchor-audit.timer portal-verify-audit.timer \
        portal-backup.timer portal-drill.timer
    [ "$NGINX" = 0 ] || { systemctl enable -q nginx; systemctl reload-or-restart nginx; }
fi

step "部署检查"
portal-manage check --deploy --database default || true
# One for each administrator (三员) that is missing: "系统管理员：/accounts/first-admin/…".
LINKS=$(portal-manage first_admin_link)
stop_database

printf '\n安装完成：https://%s\n' "$HOST"
if [ -n "$LINKS" ]; then
    printf '还缺管理员。请把下面的一次性链接分别交给本人打开，设立账号：\n'
    printf '%s\n' "$LINKS" | sed "s#/accounts/#https://$HOST/accounts/#; s/^/  /"
fi
printf '请把 %s/keys.json 和 %s/backup-key.json 各另存两份，与数据备份分开保管：\n' "$SECRETS" "$SECRETS"
printf '丢了前一个，加密的个人信息读不出来；丢了后一个，备份打不开。\n'
