{{ config(**raw_table_config('web_sessions')) }}

-- The one place that reads the file.
-- depends_on: {{ source('web', 'sessions') }}
{{ raw_table('web_sessions') }}
