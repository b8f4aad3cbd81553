using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Tests.Doubles;

/// <summary>What goes wrong with one request.</summary>
/// <param name="Answer">What is answered instead, where the kind needs it.</param>
internal sealed record Fault(FaultKind Kind, StripeMethod Method, string PathPart, StripeOutcome? Answer = null)
{
    public bool Matches(StripeRequest request) => request.Method == Method && request.Path.Contains(PathPart, StringComparison.Ordinal);
}
