using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Control;

/// <summary>Steps of one resource and kind that this process let pass, and that the audit's count, as it was last read, does not hold.</summary>
internal sealed class BreadthPasses
{
    private int _written;

    /// <summary>Those whose effect this process has not written to the audit, with the time that they passed at.</summary>
    public Dictionary<EntityKey, DateTimeOffset> UnderWay { get; } = [];

    public int Count => UnderWay.Count + _written;

    /// <summary>The step's effect stands in the audit, from the next reading of it on also in its count.</summary>
    public void Written(EntityKey entity)
    {
        if (UnderWay.Remove(entity)) _written++;
    }

    /// <summary>Before the audit is counted: answers how many it will surely hold. What never became an effect is forgotten with its window.</summary>
    public int BeforeRead(DateTimeOffset windowBegan)
    {
        foreach (var (entity, at) in UnderWay)
        {
            if (at < windowBegan) UnderWay.Remove(entity);
        }

        return _written;
    }

    /// <param name="held">As <see cref="BeforeRead"/> answered.</param>
    public void Read(int held) => _written -= held;
}
