namespace CdcStripeSync.Core.Planning;

/// <summary>How the parent stands. A closed set.</summary>
public abstract record ParentStatus
{
    private ParentStatus()
    {
    }

    /// <summary>The map has no parent.</summary>
    public sealed record NotNeeded : ParentStatus;

    /// <summary>No object yet.</summary>
    /// <param name="WaitsFor"><c>resource/key</c></param>
    public sealed record Unknown(string WaitsFor) : ParentStatus;

    /// <summary>A current object, archived or not: a child may be made under both.</summary>
    public sealed record Linked(string StripeId) : ParentStatus;
}
