using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Postgres.Tests.Store;

[Collection(nameof(PostgresServerCollection))]
public sealed class AuditTests(PostgresFixture postgres)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task ForgetAudit_RemovesTheOldest_AndNoMoreThanAsked()
    {
        await using var open = await postgres.NewStoreAsync();
        await open.Store.WriteAsync(new StateBatch { Audit = [Sample.Audit("1", "create"), Sample.Audit("2", "update", 1), Sample.Audit("3", "update", 2), Sample.Audit("4", "update", 3)] }, None);

        Assert.Equal(2, await open.Store.ForgetAuditAsync(Sample.Time.AddMinutes(3), 2, None));
        Assert.Equal(["4", "3"], (await open.Store.AuditAsync(10, None)).Select(a => a.Entity.Key));
        Assert.Equal(1, await open.Store.ForgetAuditAsync(Sample.Time.AddMinutes(3), 2, None));
        Assert.Equal(["4"], (await open.Store.AuditAsync(10, None)).Select(a => a.Entity.Key));
    }

    [Fact]
    public async Task Audit_WrittenTwice_CountsOnce()
    {
        await using var open = await postgres.NewStoreAsync();
        var batch = new StateBatch
        {
            Audit =
            [
                Sample.Audit("1", "archive"), Sample.Audit("2", "archive", 1), Sample.Audit("3", "update", 1), Sample.Audit("4", "shadow:archive", 1),
                Sample.Audit("5", "create", 2, "product"),
            ],
        };
        await open.Store.WriteAsync(batch, None);
        await open.Store.WriteAsync(batch, None);

        foreach (var (resource, kind, count) in new[] { ("price", "archive", 1), ("product", "create", 1), ("price", "delete", 0) })
            Assert.Equal(count, (await open.Store.PassAsync(resource, kind, [], 0, Sample.Time.AddMinutes(1), Sample.Time, None)).Passed);
        Assert.Equal(batch.Audit.Reverse().Take(3), await open.Store.AuditAsync(3, None));
        Assert.Equal(5, (await open.Store.AuditAsync(100, None)).Count);
    }
}
