using CdcStripeSync.DevStack.Connector;

namespace CdcStripeSync.DevStack.Tests.Connector;

public sealed class ConnectorOptionsReaderTests
{
    [Fact]
    public void Read_TheShippedConfiguration_ResolvesItsEnvironment()
    {
        var json = File.ReadAllText(Repository.File("connectors", "postgres-shop.json"));
        var options = ConnectorOptionsReader.Read(json, name => name switch
        {
            "SHOP_DB_PORT" => "5433",
            "SHOP_DB_PASSWORD" => "secret",
            _ => name.ToLowerInvariant(),
        });
        Assert.Equal(("shop_db_host", 5433, "secret", "shop"), (options.Host, options.Port, options.Password, options.TopicPrefix));
        Assert.True(options.Tables.Captures(new TableName("public", "prices")));
        Assert.False(options.Tables.Captures(new TableName("public", "orders")));
        Assert.Empty(options.SkippedOperations);
        Assert.Equal(PublicationMode.Filtered, options.PublicationMode);
    }

    [Theory]
    [InlineData("shop-default-identity")]
    [InlineData("shop-full-identity")]
    [InlineData("types-precise-adaptive")]
    public void Read_ARecordedConfiguration_IsUnderstood(string recording) =>
        Assert.NotNull(ConnectorOptionsReader.Read(Recording.Configuration(recording), _ => null));

    [Fact]
    public void Read_ManyMistakes_NamesThemAll()
    {
        var error = Assert.Throws<ConnectorConfigurationException>(() => ConnectorOptionsReader.Read(
            """
            {
              "connector.class": "io.debezium.connector.mysql.MySqlConnector", "database.hostname": "h", "database.user": "u",
              "database.password": "${env:NOT_SET}", "database.port": "many", "topic.prefix": "p", "decimal.handling.mode": "exact",
              "transforms": "unwrap", "message.key.columns": "a:b", "skipped.operations": "x", "value.converter": "org.apache.kafka.connect.json.JsonConverter"
            }
            """, _ => null));
        string[] expected =
        [
            "connector.class", "database.password", "database.port", "database.dbname", "decimal.handling.mode", "transforms",
            "message.key.columns", "skipped.operations", "value.converter",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), error.Errors.Select(e => e[..e.IndexOf(':', StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
        Assert.Contains(error.Errors, e => e.Contains("NOT_SET", StringComparison.Ordinal));
    }
}
