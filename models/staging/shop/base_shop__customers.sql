{{ config(**raw_table_config('customers')) }}

-- The one place that reads the file.
-- depends_on: {{ source('shop', 'customers') }}
{{ raw_table('customers') }}
