{%- set customers_needed = var('uplift_min_control_customers') | int -%}
with

campaigns as (

    select * from {{ ref('int_uplift_campaigns') }}

),

measured as (

    select * from {{ ref('int_uplift_measured') }}

),

judged as (

    select
        campaigns.*,
        coalesce(measured.measured_customers, 0) as measured_customers,
        coalesce(measured.control_customers, 0) as control_customers,
        case
            when campaigns.obstacle is not null then campaigns.obstacle
            when
                coalesce(measured.control_customers, 0) < {{ customers_needed }}
                or coalesce(measured.measured_customers, 0) < {{ customers_needed }}
                then 'too_few_customers'
            else 'ok'
        end as status

    from campaigns
    left join measured
        on campaigns.campaign = measured.campaign

),

final as (

    select
        *,
        case status
            when 'no_control_group'
                then 'Nobody who may be contacted is in the control group: the var holdout_share is too small.'
            when 'before_the_data'
                then 'No month end with customers lies before the first send, so that nobody has a segment.'
            when 'spread_out'
                then
                    'The sends are spread over more than {{ var("campaign_window_days") }} days, so that there is no '
                    || 'common window for those who were contacted and those who were not.'
            when 'holdout_was_contacted'
                then
                    'Of the ' || holdout_customers || ' customers of the control group ' || contacted_holdout_customers
                    || ' were contacted too, so that nobody was left out by chance.'
            when 'window_not_over'
                then
                    'The window ends on ' || cast(window_end_date as {{ dbt.type_string() }})
                    || ', and the orders do not reach so far.'
            when 'too_few_customers'
                then
                    'In segments with customers of both kinds there are ' || measured_customers || ' contacted and '
                    || control_customers || ' of the control group; {{ customers_needed }} of each are needed.'
        end as status_reason

    from judged

)

select * from final
