-- Until the transaction ends, definitions are written the same whatever the session has set; and
-- there is room to sort them.
SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true),
	set_config('IntervalStyle', 'postgres', true), set_config('extra_float_digits', '1', true),
	set_config('bytea_output', 'hex', true), set_config('quote_all_identifiers', 'off', true),
	set_config('standard_conforming_strings', 'on', true), set_config('lc_monetary', 'C', true),
	set_config('work_mem', '64MB', true);
