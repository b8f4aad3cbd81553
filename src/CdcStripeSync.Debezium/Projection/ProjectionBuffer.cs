namespace CdcStripeSync.Debezium.Projection;

/// <summary>Where a record's needed values stand in its bytes: filled anew by each read, so that one buffer serves any number of records.</summary>
/// <remarks>Not thread-safe: one for each flow of records.</remarks>
public sealed class ProjectionBuffer
{
    /// <summary>In the record's body.</summary>
    internal FieldPlaces Fields { get; } = new();

    internal int[] ColumnBegin { get; private set; } = new int[32];

    internal int[] ColumnEnd { get; private set; } = new int[32];

    /// <summary>The last server's name made for a position: it repeats from record to record.</summary>
    internal (long Id, byte[] File, string Name)? Server { get; set; }

    /// <summary>Whether the record holds a row (<c>after</c> is not null).</summary>
    public bool HasRow { get; internal set; }

    /// <summary>Where reading stands, or stopped: the byte that is wrong.</summary>
    internal int Position { get; set; }

    /// <summary>The step at which reading stands, or stopped.</summary>
    internal int Step { get; set; }

    /// <summary>Some block of an array or map was passed over by the size that its writer gave.</summary>
    public bool TrustedABlockSize { get; internal set; }

    internal void Clear(int columns)
    {
        Fields.Clear();
        (Position, Step) = (0, 0);
        HasRow = false;
        TrustedABlockSize = false;
        if (ColumnBegin.Length >= columns) return;
        ColumnBegin = new int[columns];
        ColumnEnd = new int[columns];
    }
}
