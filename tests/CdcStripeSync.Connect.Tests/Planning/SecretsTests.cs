using System.Collections.Frozen;
using CdcStripeSync.Connect.Planning;

namespace CdcStripeSync.Connect.Tests.Planning;

public sealed class SecretsTests
{
    [Theory]
    [InlineData("database.password", "hunter2", "****")]
    [InlineData("database.password", "${env:DB_PASSWORD}", "${env:DB_PASSWORD}")]
    [InlineData("database.password", "${secrets:db/password}", "${secrets:db/password}")]
    [InlineData("value.converter.basic.auth.user.info", "me:hunter2", "****")]
    [InlineData("some.client.secret", "hunter2", "****")]
    [InlineData("vault.token", "hunter2", "****")]
    [InlineData("transforms.crypt.key", "hunter2", "****")]
    [InlineData("s3.access.key", "hunter2", "****")]
    [InlineData("producer.override.sasl.jaas.config", "org.x.PlainLoginModule required username=\"u\" password=\"hunter2\";", "****")]
    [InlineData("message.key.columns", "public.prices:product_id", "public.prices:product_id")]
    [InlineData("key.converter", "io.x.AvroConverter", "io.x.AvroConverter")]
    [InlineData("database.sslkey", "/etc/ssl/client.key", "/etc/ssl/client.key")]
    [InlineData("value.converter.schema.registry.url", "http://me:hunter2@registry:8081", "http://****@registry:8081")]
    [InlineData("database.jdbc", "jdbc:postgresql://h/db?user=u&password=hunter2", "jdbc:postgresql://h/db?user=u&password=****")]
    public void Show_AnyOption_HidesSecretsAndKeepsReferences(string option, string value, string shown) => Assert.Equal(shown, Secrets.Show(option, value));

    [Theory]
    [InlineData("Connector config {database.password=hunter2, name=a} contains no connector type", "Connector config {database.password=****, name=a} contains no connector type")]
    [InlineData("Invalid value hunter2 for configuration vault.token: no", "Invalid value **** for configuration vault.token: no")]
    [InlineData("{\"database.password\": \"hunter2\"}", "{\"database.password\": ****}")]
    [InlineData("FATAL: password authentication failed for user \"${env:NOT_SET}\"", "FATAL: password authentication failed for user \"${env:NOT_SET}\"")]
    [InlineData("The 'database.password' value is invalid: A value is required", "The 'database.password' value is invalid: A value is required")]
    public void Clean_WordsOfAWorker_HidesWhatTheyRepeat(string said, string shown) => Assert.Equal(shown, Secrets.Clean(said));

    [Fact]
    public void Clean_WithTheConfiguration_HidesItsSecretsWhereverTheyStand()
    {
        var config = new Dictionary<string, string> { ["database.password"] = "hunter2", ["odd.option"] = "s3same", ["database.hostname"] = "db.example" };
        Assert.Equal("**** and **** at db.example", Secrets.Clean("hunter2 and s3same at db.example", config, FrozenSet.Create(StringComparer.Ordinal, "odd.option")));
    }

    [Fact]
    public void Diff_OfOptionsOfTypePassword_ShowsNoValueWhateverTheirName()
    {
        var changes = ConfigDiff.Of(new Dictionary<string, string> { ["odd"] = "old" }, new Dictionary<string, string> { ["odd"] = "new" }, FrozenSet.Create(StringComparer.Ordinal, "odd"));
        Assert.Equal(["~ odd = **** → **** (another value)"], changes.Select(c => c.ToString()));
    }
}
