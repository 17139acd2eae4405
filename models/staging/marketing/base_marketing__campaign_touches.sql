{{ config(**raw_table_config('campaign_touches')) }}

-- The one place that reads the file.
-- depends_on: {{ source('marketing', 'campaign_touches') }}
{{ raw_table('campaign_touches') }}
