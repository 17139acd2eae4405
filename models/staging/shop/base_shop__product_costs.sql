{{ config(**raw_table_config('product_costs')) }}

-- The one place that reads the file.
-- depends_on: {{ source('shop', 'product_costs') }}
{{ raw_table('product_costs') }}
