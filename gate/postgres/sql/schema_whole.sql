-- kind, identity, definition (text): what belongs to the database and to no schema. No row where
-- that does not count. Runs where keep_spaces.sql has.
SELECT k.kind, k.identity, k.definition
FROM (
	SELECT 'extension' AS kind, 'pg_extension'::regclass AS class, e.oid,
		quote_ident(e.extname) AS identity,
		format('version %s in %I', e.extversion, n.nspname) AS definition
	FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
	UNION ALL
	SELECT 'event trigger', 'pg_event_trigger'::regclass, t.oid, quote_ident(t.evtname),
		concat_ws(chr(10), format('on %s, runs %s', t.evtevent, t.evtfoid::regprocedure),
			'tags ' || array_to_string(t.evttags, ', '),
			CASE WHEN t.evtenabled <> 'O' THEN 'enabled ' || t.evtenabled::text END)
	FROM pg_event_trigger AS t
	UNION ALL
	SELECT 'publication', 'pg_publication'::regclass, p.oid, quote_ident(p.pubname),
		concat_ws(chr(10), (
			SELECT string_agg(j.key || ' ' || j.value, chr(10) ORDER BY j.key COLLATE "C")
			FROM jsonb_each_text(to_jsonb(p)) AS j
			WHERE j.key NOT IN ('oid', 'pubname', 'pubowner')
		), CASE WHEN NOT p.puballtables THEN (
			SELECT string_agg((to_jsonb(t) - 'pubname' - 'attnames')::text, chr(10)
				ORDER BY t.schemaname COLLATE "C", t.tablename COLLATE "C")
			FROM pg_publication_tables AS t
			WHERE t.pubname = p.pubname
		) END)
	FROM pg_publication AS p
	UNION ALL
	SELECT 'foreign-data wrapper', 'pg_foreign_data_wrapper'::regclass, w.oid,
		quote_ident(w.fdwname), format('handler %s, validator %s, options %s',
			nullif(w.fdwhandler, 0)::regproc, nullif(w.fdwvalidator, 0)::regproc,
			array_to_string(w.fdwoptions, ', '))
	FROM pg_foreign_data_wrapper AS w
	UNION ALL
	SELECT 'foreign server', 'pg_foreign_server'::regclass, s.oid, quote_ident(s.srvname),
		format('wrapper %I, type %L, version %L, options named %s', w.fdwname, s.srvtype,
			s.srvversion, array_to_string(ARRAY(
				SELECT split_part(o, '=', 1) FROM unnest(s.srvoptions) AS o
			), ', '))
	FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
	UNION ALL
	SELECT 'language', 'pg_language'::regclass, l.oid, quote_ident(l.lanname),
		format('handler %s, inline %s, validator %s, trusted %s',
			nullif(l.lanplcallfoid, 0)::regproc, nullif(l.laninline, 0)::regproc,
			nullif(l.lanvalidator, 0)::regproc, l.lanpltrusted)
	FROM pg_language AS l
	WHERE l.oid >= 16384
) AS k
WHERE current_setting('lockgate.is_whole')::bool AND NOT EXISTS (
	SELECT 1
	FROM pg_depend AS d
	WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = k.class
		AND d.objid = k.oid AND d.deptype = 'e'
);
