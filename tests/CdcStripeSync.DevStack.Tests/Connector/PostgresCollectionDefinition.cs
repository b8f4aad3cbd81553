namespace CdcStripeSync.DevStack.Tests.Connector;

[CollectionDefinition(Name)]
public sealed class PostgresCollectionDefinition : ICollectionFixture<ScratchPostgres>
{
    public const string Name = "connector postgres";
}
