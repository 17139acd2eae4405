{{ config(**raw_table_config('marketing_spend')) }}

-- The one place that reads the file.
-- depends_on: {{ source('marketing', 'spend') }}
{{ raw_table('marketing_spend') }}
