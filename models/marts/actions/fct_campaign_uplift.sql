with

judged as (

    select * from {{ ref('int_uplift_judged') }}

),

-- only an experiment has an uplift
measured as (

    select measured.*
    from {{ ref('int_uplift_measured') }} as measured
    inner join judged
        on measured.campaign = judged.campaign
    where judged.status = 'ok'

),

divided as (

    select
        campaign,
        cast(measured_purchasers as double) / measured_customers as contacted_purchase_rate,
        expected_purchasers / measured_customers as control_purchase_rate,
        sqrt(purchaser_variance) / measured_customers as uplift_standard_error,
        revenue_gain / measured_customers as incremental_net_revenue_per_contact,
        sqrt(revenue_variance) / measured_customers as incremental_net_revenue_standard_error,
        case
            when odds_for > 0 and odds_against > 0
                then (odds_for - odds_against) / (2 * (odds_for + odds_against))
        end as measured_uplift_at_even_odds,
        case when assigned_contacts > 0 then assigned_gain / assigned_contacts end as uplift_by_assignment,
        case when assigned_contacts > 0 then sqrt(assigned_variance) / assigned_contacts end
            as uplift_by_assignment_standard_error

    from measured

),

final as (

    select
        judged.campaign,
        judged.first_sent_date,
        judged.window_end_date,
        judged.snapshot_date,
        judged.status,
        judged.status_reason,
        judged.status = 'ok' as is_experiment,
        cast(judged.contacted_customers as bigint) as contacted_customers,
        cast(judged.contacted_holdout_customers as bigint) as contacted_holdout_customers,
        cast(judged.measured_customers as bigint) as measured_customers,
        cast(judged.measured_customers as double) / judged.contacted_customers as measured_share,
        cast(judged.control_customers as bigint) as control_customers,
        divided.contacted_purchase_rate,
        divided.control_purchase_rate,
        divided.contacted_purchase_rate - divided.control_purchase_rate as uplift,
        divided.uplift_standard_error,
        {% for bound, sign in {'lower': '-', 'upper': '+'}.items() -%}
        divided.contacted_purchase_rate - divided.control_purchase_rate
        {{ sign }} 1.959964 * divided.uplift_standard_error as uplift_{{ bound }},
        {% endfor -%}
        divided.incremental_net_revenue_per_contact,
        divided.incremental_net_revenue_standard_error,
        divided.measured_uplift_at_even_odds,
        divided.uplift_by_assignment,
        divided.uplift_by_assignment_standard_error

    from judged
    left join divided
        on judged.campaign = divided.campaign

)

select * from final
