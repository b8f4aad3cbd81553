using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Connect.Agreement;

/// <summary>What the source database says of a table, as far as a connector depends on it.</summary>
/// <param name="Columns">By name, in the table's order.</param>
/// <param name="PrimaryKey">Empty where there is none.</param>
/// <param name="FullIdentity">Its change records hold whole old rows (PostgreSQL: REPLICA IDENTITY FULL; MySQL: binlog_row_image FULL).</param>
/// <param name="IsPartitioned">PostgreSQL publishes its changes under its partitions' names, unless the publication says otherwise.</param>
public sealed record SourceTable(TableId Table, ImmutableArray<string> Columns, ImmutableArray<string> PrimaryKey, bool FullIdentity, bool IsPartitioned = false);
