{{ config(**raw_table_config('exchange_rates')) }}

-- The one place that reads the file.
-- depends_on: {{ source('shop', 'exchange_rates') }}
{{ raw_table('exchange_rates') }}
