using CdcStripeSync.App.Activity;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Hosting;

/// <summary>Stripe for reads outside of delivery.</summary>
internal static class Reads
{
    public static BudgetedReads Through(IStripeGateway gateway, RequestBudget budget, ActivityLog activity) =>
        new(new Requester(gateway, budget, new ReadCounter(activity), TimeProvider.System), TimeProvider.System, new SystemRandomness());
}
