-- The two roles and the database; run as the superuser, and again as often as one likes. deploy/install.sh and the container both
-- set the variables owner_password and web_password first, on standard input: a command line would show them.
\set ON_ERROR_STOP on
SET log_statement = 'none';
SELECT 'CREATE ROLE portal_owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_owner') \gexec
SELECT 'CREATE ROLE portal_web' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') \gexec
-- The owner migrates and backs up, so it reads every row; neither is a superuser.
ALTER ROLE portal_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS PASSWORD :'owner_password';
ALTER ROLE portal_web LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'web_password';
SELECT 'CREATE DATABASE portal OWNER portal_owner ENCODING ''UTF8'' LC_COLLATE ''C'' LC_CTYPE ''C.UTF-8'' TEMPLATE template0'
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'portal') \gexec
REVOKE ALL ON DATABASE portal FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE portal TO portal_web;
\connect portal
ALTER SCHEMA public OWNER TO portal_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO portal_web;
