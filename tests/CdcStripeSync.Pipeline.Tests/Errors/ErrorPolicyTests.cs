using CdcStripeSync.Core.Planning;
using CdcStripeSync.Pipeline.Errors;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Tests.Errors;

public sealed class ErrorPolicyTests
{
    [Theory]
    [InlineData("global-rate", null)]
    [InlineData("endpoint-concurrency", null)]
    [InlineData(null, "lock_timeout")]
    public void TooManyRequests_ForWhateverReason_IsTriedAgainWithTheSameKey(string? reason, string? code) =>
        Assert.Equal(ErrorAction.RetryLater, Create(new StripeError(429, "invalid_request_error", code, null, "slow down", reason)));

    [Fact]
    public void KeyInUse_OfACreate_WaitsForTheSameKey() =>
        Assert.Equal(ErrorAction.RetryLater, Create(new StripeError(409, "idempotency_error", "idempotency_key_in_use", null, "in use")));

    [Fact]
    public void KeyWithOtherParameters_OfACreate_LooksForTheObjectFirst() =>
        Assert.Equal(ErrorAction.Adopt, Create(new StripeError(400, "idempotency_error", null, null, "Keys for idempotent requests can only be used with the same parameters")));

    [Theory]
    [InlineData(false, ErrorAction.RetryLater)]
    [InlineData(true, ErrorAction.Adopt)]
    public void ServerError_OfACreate_IsResentUnlessItIsAReplay(bool replayed, ErrorAction expected) =>
        Assert.Equal(expected, ErrorPolicy.Decide(new StripeOutcome.Refused(new StripeError(500, "api_error", null, null, "oops"), "req_1", replayed), isCreate: true, isDelete: false).Action);

    [Theory]
    [InlineData(402, true, ErrorAction.RetryLater)]
    [InlineData(503, false, ErrorAction.RetryLater)]
    [InlineData(403, true, ErrorAction.StopAll)]
    public void ShouldRetry_OfACreate_NeverAsksForAnotherKey(int status, bool should, ErrorAction expected) =>
        Assert.Equal(expected, Create(new StripeError(status, "api_error", null, null, "as Stripe says", null, should)));

    [Fact]
    public void NoAnswer_ThatMayHaveExecuted_IsResent() =>
        Assert.Equal(ErrorAction.RetryLater, ErrorPolicy.Decide(new StripeOutcome.NoAnswer("timed out", MayHaveExecuted: true), isCreate: true, isDelete: false).Action);

    [Fact]
    public void OwnIdTaken_OfACreate_IsLookedAt() =>
        Assert.Equal(ErrorAction.Adopt, Create(new StripeError(400, "invalid_request_error", "resource_already_exists", "id", "Product already exists.")));

    [Theory]
    [InlineData("id")]
    [InlineData("price")]
    [InlineData("customer")]
    [InlineData(null)]
    public void ObjectMissing_OfAnUpdate_IsMadeAnew_WhateverThePathCallsIt(string? parameter) =>
        Assert.Equal(ErrorAction.Recreate, Update(new StripeError(404, "invalid_request_error", "resource_missing", parameter, "No such price: 'price_1'")));

    [Fact]
    public void ParentInThePathMissing_OfACreate_NeedsAPerson() =>
        Assert.Equal(ErrorAction.NeedsPerson, Create(new StripeError(404, "invalid_request_error", "resource_missing", "product", "No such product: 'prod_1'")));

    [Theory]
    [InlineData("", ErrorAction.RetryLater)]
    [InlineData("invalid_request_error", ErrorAction.RetryBriefly)]
    public void NotFound_WithoutStripesWordThatTheObjectIsMissing_IsTriedAgain(string type, ErrorAction expected)
    {
        var error = new StripeError(404, type, null, null, "not found");
        Assert.Equal(expected, Create(error));
        Assert.Equal(expected, Update(error));
        Assert.Equal(expected, ErrorPolicy.Decide(Refused(error), isCreate: false, isDelete: true).Action);
    }

    [Theory]
    [InlineData(204, ErrorAction.RetryLater)]
    [InlineData(302, ErrorAction.RetryLater)]
    [InlineData(400, ErrorAction.RetryBriefly)]
    [InlineData(401, ErrorAction.RetryLater)]
    [InlineData(403, ErrorAction.RetryLater)]
    [InlineData(407, ErrorAction.RetryLater)]
    [InlineData(408, ErrorAction.RetryLater)]
    [InlineData(413, ErrorAction.RetryBriefly)]
    public void Answered_BySomethingBeforeStripe_IsTriedAgain(int status, ErrorAction expected)
    {
        var error = new StripeError(status, "", null, null, $"HTTP {status} without Stripe's error body");
        Assert.Equal(expected, Create(error));
        Assert.Equal(expected, Update(error));
        Assert.Equal(expected, ErrorPolicy.Decide(Refused(error), isCreate: false, isDelete: true).Action);
    }

    [Fact]
    public void EventNameTaken_OfACreate_LooksForTheMeter() =>
        Assert.Equal(ErrorAction.Adopt, Create(new StripeError(400, "invalid_request_error", null, "event_name", "An active meter already uses the event name 'calls'.")));

    [Fact]
    public void ReferenceMissing_OfACreate_NeedsAPerson()
    {
        var decision = Decide(new StripeError(400, "invalid_request_error", "resource_missing", "product", "No such product: 'prod_1'"), isCreate: true);
        Assert.Equal(ErrorAction.NeedsPerson, decision.Action);
        Assert.StartsWith("product: ", decision.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DefaultPrice_ThatShouldBeArchived_IsPlannedAgain() =>
        Assert.Equal(ErrorAction.Replan, Update(new StripeError(400, "invalid_request_error", null, null, "This price cannot be archived because it is the default price of its product.")));

    [Fact]
    public void LookupKey_HeldByAForeignObject_NeedsAPerson()
    {
        var decision = Decide(new StripeError(400, "invalid_request_error", null, "lookup_key", "A price (`price_9`) already uses that lookup key."), isCreate: true);
        Assert.Equal(ErrorAction.NeedsPerson, decision.Action);
        Assert.Contains("price_9", decision.Message, StringComparison.Ordinal);
        Assert.Contains("free it", decision.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public void KeyRefused_StopsEverythingWithAHint(int status)
    {
        var decision = Decide(new StripeError(status, "invalid_request_error", null, null, "the key does not have rak_product_write"), isCreate: false);
        Assert.Equal(ErrorAction.StopAll, decision.Action);
        Assert.NotEmpty(decision.Hint);
    }

    [Fact]
    public void Delete_RefusedForItsPrices_ArchivesInstead() =>
        Assert.Equal(
            ErrorAction.ArchiveInstead,
            ErrorPolicy.Decide(Refused(new StripeError(400, "invalid_request_error", null, null, "This product cannot be deleted because it has one or more user-created prices.")), isCreate: false, isDelete: true).Action);

    [Fact]
    public void OtherRefusal_NeedsAPersonAndNamesTheParameter()
    {
        var decision = Decide(new StripeError(400, "invalid_request_error", "parameter_invalid_integer", "unit_amount", "Invalid integer: 1.5"), isCreate: true);
        Assert.Equal((ErrorAction.NeedsPerson, "unit_amount: Invalid integer: 1.5"), (decision.Action, decision.Message));
    }

    [Fact]
    public void Success_NeedsNoDecision() =>
        Assert.Throws<InvalidOperationException>(() => ErrorPolicy.Decide(new StripeOutcome.Success(Parameters.Empty, null, false), isCreate: false, isDelete: false));

    private static ErrorAction Create(StripeError error) => Decide(error, isCreate: true).Action;

    private static ErrorAction Update(StripeError error) => Decide(error, isCreate: false).Action;

    private static ErrorDecision Decide(StripeError error, bool isCreate) => ErrorPolicy.Decide(Refused(error), isCreate, isDelete: false);

    private static StripeOutcome.Refused Refused(StripeError error) => new(error, "req_1", Replayed: false);
}
