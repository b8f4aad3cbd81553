using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Postgres.Source;

/// <summary>A table of the source database.</summary>
/// <param name="ReplicaIdentity"><c>pg_class.relreplident</c>: d, n, f or i.</param>
public sealed record SourceTableFacts(TableId Table, ImmutableArray<string> Columns, ImmutableArray<string> PrimaryKey, char ReplicaIdentity, bool IsPartitioned);
