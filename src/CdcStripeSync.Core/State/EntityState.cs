using System.Collections.Immutable;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.State;

/// <summary>Everything known of one entity: the newest row, the Link to its Stripe object and what was last sent. One row in the store.</summary>
public sealed record EntityState
{
    public required EntityKey Key { get; init; }

    /// <summary>How often the store has written it; 0 where it never did. A write that is based on another version than the stored one fails.</summary>
    public long Version { get; init; }

    /// <summary>Starts at 1; grows when a deleted object is made anew.</summary>
    public int Generation { get; init; } = 1;

    public EntityPhase Phase { get; init; }

    /// <summary>The newest known value of every mapped column; a column that is not there is unknown.</summary>
    public Row Row { get; init; } = Row.Empty;

    /// <summary>Whether the newest event left the row in the table.</summary>
    public bool RowExists { get; init; }

    /// <summary>Last streamed position; null before the first streamed event.</summary>
    public StreamPosition? Streamed { get; init; }

    /// <summary>The stamp of the newest snapshot row applied, for information.</summary>
    public StreamPosition? Snapshot { get; init; }

    /// <summary>The current Stripe object's id; null while there is none.</summary>
    public string? StripeId { get; init; }

    /// <summary>The parent's Stripe id that the object was created with.</summary>
    public string? ParentStripeId { get; init; }

    /// <summary>Field path → what we last sent and Stripe confirmed.</summary>
    public ImmutableSortedDictionary<string, BaseField> Base { get; init; } = ImmutableSortedDictionary<string, BaseField>.Empty;

    /// <summary>True when our archive set <c>active=false</c> and nobody edited it since: restore may set it back.</summary>
    public bool ArchivedByUs { get; init; }

    public Intent? Intent { get; init; }

    public Succession? Succession { get; init; }

    /// <summary>Ids that this entity's current object succeeded, oldest first.</summary>
    public ImmutableArray<string> Predecessors { get; init; } = [];

    /// <summary>The row image that <c>source_on_create</c> takes its values from: the first of this generation; null once created.</summary>
    public Row? FirstImage { get; init; }

    /// <summary>Where the entity moved to when <see cref="Phase"/> is Renamed.</summary>
    public string? RenamedTo { get; init; }

    /// <summary>Position of the move that <see cref="RenamedTo"/> tells of. Where <see cref="Streamed"/> is beyond it, a later row of the key went unread, elsewhere.</summary>
    public StreamPosition? RenamedAt { get; init; }

    /// <summary>Fingerprint of the mapping under which <see cref="Base"/> was last settled.</summary>
    public string MappingFingerprint { get; init; } = "";

    /// <summary>This state after the store has written it.</summary>
    public EntityState Written() => this with { Version = Version + 1 };
}
