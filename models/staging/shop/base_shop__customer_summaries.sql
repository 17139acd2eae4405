{{ config(**raw_table_config('customer_summaries')) }}

-- The one place that reads the file.
-- depends_on: {{ source('shop', 'customer_summaries') }}
{{ raw_table('customer_summaries') }}
