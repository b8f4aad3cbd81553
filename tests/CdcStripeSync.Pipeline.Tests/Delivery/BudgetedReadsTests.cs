using CdcStripeSync.Core.Planning;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

public sealed class BudgetedReadsTests
{
    private readonly VirtualWorld _time = new();
    private readonly InMemoryStripe _stripe;

    public BudgetedReadsTests()
    {
        _stripe = new InMemoryStripe(_time);
        _stripe.Objects["shop_1"] = FormText.Merge(Parameters.Empty, "id=shop_1");
    }

    [Fact]
    public void Read_StripeFailsForAMoment_IsTriedAgain()
    {
        _stripe.Faults.Add(Failing(500));
        _stripe.Faults.Add(Failing(429));
        Assert.IsType<StripeOutcome.Success>(Read(BudgetOptions.Unlimited));
        Assert.Equal(3, _stripe.Requests.Count);
    }

    [Fact]
    public void Read_StripeKeepsFailing_EndsWithItsAnswer()
    {
        for (var i = 0; i < 9; i++) _stripe.Faults.Add(Failing(500));
        Assert.IsType<StripeOutcome.Refused>(Read(BudgetOptions.Unlimited));
        Assert.Equal(4, _stripe.Requests.Count);
    }

    [Fact]
    public void Read_Refused_IsNotTriedAgain()
    {
        _stripe.Faults.Add(Failing(401));
        Assert.IsType<StripeOutcome.Refused>(Read(BudgetOptions.Unlimited));
        Assert.Single(_stripe.Requests);
    }

    [Fact]
    public void Reads_AreCountedByTheBudget()
    {
        var started = _time.GetUtcNow();
        Read(new BudgetOptions(2, 2, 0, 8), times: 10);
        Assert.True(_time.GetUtcNow() - started > TimeSpan.FromSeconds(3), $"{_time.GetUtcNow() - started}");
    }

    private static Fault Failing(int status) => new(FaultKind.Refuse, StripeMethod.Get, "/v1/products", InMemoryStripe.Refused(status, "api_error", null, null, "no"));

    private StripeOutcome Read(BudgetOptions options, int times = 1)
    {
        StripeOutcome? outcome = null;
        _time.Run(async () =>
        {
            var reads = new BudgetedReads(new Requester(_stripe, new RequestBudget(options, _time), new Notes(), _time), _time, new CountedRandomness());
            for (var i = 0; i < times; i++) outcome = await reads.SendAsync(new StripeRequest(StripeMethod.Get, "/v1/products/shop_1", "/v1/products/{id}", "", null, "test", TimeSpan.FromSeconds(5)), default);
        });
        return outcome!;
    }
}
