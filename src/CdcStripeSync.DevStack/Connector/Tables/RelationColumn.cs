using CdcStripeSync.DevStack.Connector.Columns;

namespace CdcStripeSync.DevStack.Connector.Tables;

/// <summary>A column as the replication stream announced it, true at the position where it stands.</summary>
/// <param name="InIdentity">Part of the replica identity.</param>
internal sealed record RelationColumn(string Name, PostgresType? Type, bool InIdentity);
