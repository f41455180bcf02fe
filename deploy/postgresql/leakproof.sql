-- In the database portal, as the superuser, after every migration, which may have made such a function (deploy/install.sh,
-- branch_portal/local/postgres.py). Below a policy only a leakproof expression may use an index: those of name search (LIKE,
-- containing arrays, pinyin without blanks) and of dated rows (`daterange_subdiff`: how many there are of a day), and what index
-- expressions of ours call. What they could leak is an
-- error's text; whoever may write SQL of their own could set the scope itself (docs/row-security.md).
DO $$ DECLARE function regprocedure; BEGIN
    FOR function IN SELECT oid FROM pg_proc WHERE NOT proleakproof AND (
        oid = ANY ('{arraycontains(anyarray\,anyarray),textlike(text\,text),range_contains_elem(anyrange\,anyelement),
                     replace(text\,text\,text),daterange_subdiff(date\,date)}'::regprocedure[])
        OR oid IN (SELECT d.refobjid FROM pg_depend d JOIN pg_class i ON i.oid = d.objid AND i.relkind = 'i'
                   WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_proc'::regclass
                     AND d.refobjid >= 16384))
    LOOP EXECUTE format('ALTER FUNCTION %s LEAKPROOF', function); END LOOP;
END $$;
