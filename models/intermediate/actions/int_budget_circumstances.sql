with

customers as (

    select
        count(*) filter (where is_to_contact) as contactable_customers,
        count(*) filter (where offer is not null and not is_to_contact) as holdout_customers

    from {{ ref('fct_customer_actions') }}

),

candidates as (

    select count(*) as candidate_offers from {{ ref('int_customer_offers') }}

),

predictions as (

    select
        count(*) filter (where status <> 'fallback') as predicted_customers,
        max(status_reason) filter (where status = 'fallback') as prediction_problem

    from {{ ref('fct_customer_lifetime_value') }}

),

offers as (

    select
        count(*) as offers,
        count(*) filter (where source = 'assumption') as assumed_offers

    from {{ ref('action_offers') }}

),

final as (

    select
        customers.contactable_customers,
        customers.holdout_customers,
        candidates.candidate_offers,
        offers.offers,
        offers.assumed_offers,
        case
            when predictions.predicted_customers = 0
                then 'There are no predictions: ' || coalesce(predictions.prediction_problem, 'nobody has ordered.')
            when candidates.candidate_offers = 0
                then
                    'Nobody may be contacted with an offer; contact_obstacle and is_holdout in fct_customer_actions '
                    || 'say why (vars contact_limit and holdout_share).'
        end as obstacle

    from customers
    cross join candidates
    cross join predictions
    cross join offers

)

select * from final
