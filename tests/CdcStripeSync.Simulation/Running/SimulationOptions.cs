namespace CdcStripeSync.Simulation.Running;

/// <summary>What a history may meet.</summary>
internal sealed record SimulationOptions
{
    public int Instances { get; init; } = 2;

    public bool Faults { get; init; } = true;

    /// <summary>Key changes lead to other partitions, where events of the new key from before may be read later.</summary>
    public bool FarMoves { get; init; }

    /// <summary>Some updates cannot be read: where such a record stands among the others of its row nobody can tell.</summary>
    public bool Unreadables { get; init; }

    /// <summary>Some sources are restored, or another server goes on: positions begin anew.</summary>
    public bool NewLogs { get; init; }

    public TextWriter? Trace { get; init; }
}
