using System.Text.Json;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Registry;

/// <summary>A tombstone that is the first record read of its topic: the registry's newest schema tells what it means.</summary>
public sealed class NewestSchemaTests
{
    [Theory]
    [InlineData("shop-unwrap-tombstone", true)]
    [InlineData("shop-default-identity", false)]
    public async Task Tombstone_ReadFirst_IsToldByTheRegistry(string name, bool isDelete)
    {
        await using var registry = await RegistryDouble.StartAsync();
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions(registry.Address) { Timeout = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        var tombstone = Serve(registry, name, out var valueSchema);
        registry.Subjects[$"{tombstone.Origin.Topic}-value"] = (200, JsonSerializer.Serialize(new { subject = "s", version = 1, id = 1, schema = valueSchema }));
        Assert.Equal(isDelete, await Decoded.OneAsync(client, tombstone) is DecodedRecord.Change { Event.Op: ChangeOp.Delete });
    }

    [Theory]
    [InlineData("shop-unwrap-tombstone", ".Value", true)]
    [InlineData("shop-default-identity", ".Envelope", false)]
    public async Task Tombstone_ReadFirst_SubjectsNamedAfterRecords_IsToldByTheRegistry(string name, string record, bool isDelete)
    {
        foreach (var withTopic in new[] { false, true })
        {
            await using var registry = await RegistryDouble.StartAsync();
            using var client = new SchemaRegistryClient(new SchemaRegistryOptions(registry.Address) { Timeout = TimeSpan.FromMinutes(1) }, TimeProvider.System);
            var tombstone = Serve(registry, name, out var valueSchema);
            var topic = tombstone.Origin.Topic;
            registry.Subjects[(withTopic ? topic + "-" : "") + topic + record] = (200, JsonSerializer.Serialize(new { subject = "s", version = 1, id = 1, schema = valueSchema }));
            var decoded = await Decoded.OneAsync(client, tombstone);
            Assert.Equal(isDelete, decoded is DecodedRecord.Change { Event: { Op: ChangeOp.Delete, MayFollowDelete: false } });
            Assert.Equal(!isDelete, decoded is DecodedRecord.Skipped);
        }
    }

    [Fact]
    public async Task Tombstone_WhereTheRegistryKnowsNoSuchSubject_MayBeADelete()
    {
        await using var registry = await RegistryDouble.StartAsync();
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions(registry.Address) { Timeout = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        var change = Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(client, Serve(registry, "shop-unwrap-tombstone", out _)));
        Assert.Equal((ChangeOp.Delete, true), (change.Event.Op, change.Event.MayFollowDelete));
    }

    [Fact]
    public async Task Tombstone_WhileTheRegistryFails_Waits()
    {
        await using var registry = await RegistryDouble.StartAsync();
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions(registry.Address) { Timeout = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        var tombstone = Serve(registry, "shop-unwrap-tombstone", out _);
        registry.Subjects[$"{tombstone.Origin.Topic}-value"] = (500, "{}");
        var error = await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(async () => await Decoded.OneAsync(client, tombstone));
        Assert.Contains(tombstone.Origin.Topic, error.Message, StringComparison.Ordinal);
    }

    private static SourceRecord Serve(RegistryDouble registry, string name, out string valueSchema)
    {
        var recording = Recording.Open(Fixtures.Folder(name));
        foreach (var (id, schema) in recording.SchemaTexts) registry.Knows(id, schema);
        var tombstone = recording.Records().First(r => r.Record.Value is null).Record;
        var beside = recording.Records().First(r => r.Record.Origin.Topic == tombstone.Origin.Topic && r.Record.Value is not null).Record;
        valueSchema = recording.SchemaTexts[System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(beside.Value!.Value.Span[1..])];
        return tombstone;
    }
}
