{%- set raw_relation = ref('base_marketing__campaign_touches') -%}
with

raw_rows as (

    select * from {{ raw_relation }}

),

typed as (

    select
        ---------- ids
        raw_row_number,
        {{ input_customer_id('campaign_touches') }} as customer_id,

        ---------- strings
        {{ input_text('campaign_touches', 'campaign') }} as campaign,
        {{ input_text('campaign_touches', 'channel') }} as channel,

        ---------- booleans
        {{ input_boolean('campaign_touches', 'has_responded') }} as has_responded,
        {{ source_row_flags('campaign_touches', raw_relation) }},

        ---------- timestamps
        {{ input_timestamp('campaign_touches', 'sent_at', raw_relation) }} as sent_at,
        cast({{ input_timestamp('campaign_touches', 'sent_at', raw_relation) }} as date) as sent_date

    from raw_rows

)

select * from typed
