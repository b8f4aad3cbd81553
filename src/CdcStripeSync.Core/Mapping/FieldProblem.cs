namespace CdcStripeSync.Core.Mapping;

/// <summary>Why a row's value cannot go to Stripe.</summary>
/// <param name="Path">The field, or the mapping's member (<c>stripe_id</c>, <c>parent</c>, <c>exists_when</c>).</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Hint">What to do.</param>
/// <param name="OnlyAtCreation">Matters only where the object is created (what the source gives only once, or leaves on a null).</param>
public sealed record FieldProblem(string Path, string Message, string Hint, bool OnlyAtCreation = false)
{
    public override string ToString() => $"{Path}: {Message}; {Hint}";
}
