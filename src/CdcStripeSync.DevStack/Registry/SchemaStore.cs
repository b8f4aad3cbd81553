using System.Text.Json;
using CdcStripeSync.DevStack.Connector;

namespace CdcStripeSync.DevStack.Registry;

/// <summary>Schemas by id and by subject; the same text always has the same id. Kept in a file where one is named. Thread-safe.</summary>
public sealed class SchemaStore : ISchemaIds
{
    private readonly Lock _lock = new();
    private readonly string? _file;
    private readonly List<SchemaVersion> _versions;
    private readonly Dictionary<int, string> _byId;

    private SchemaStore(string? file, List<SchemaVersion> versions)
    {
        _file = file;
        _versions = versions;
        _byId = versions.GroupBy(v => v.Id).ToDictionary(g => g.Key, g => g.First().Schema);
    }

    public IReadOnlyList<string> Subjects
    {
        get
        {
            lock (_lock) return [.. _versions.Select(v => v.Subject).Distinct()];
        }
    }

    public static SchemaStore Open(string? file) =>
        new(file, file is not null && File.Exists(file) ? JsonSerializer.Deserialize<List<SchemaVersion>>(File.ReadAllText(file))! : []);

    /// <summary>Puts a schema under a fixed id, as a recording had it.</summary>
    public void Put(int id, string schema)
    {
        lock (_lock) _byId[id] = schema;
    }

    public int Register(string subject, string schema)
    {
        lock (_lock)
        {
            if (_versions.Find(v => v.Subject == subject && v.Schema == schema) is { } known) return known.Id;
            var id = _byId.FirstOrDefault(e => e.Value == schema).Key;
            if (id == 0) id = _byId.Count == 0 ? 1 : _byId.Keys.Max() + 1;
            _byId[id] = schema;
            _versions.Add(new SchemaVersion(subject, _versions.Where(v => v.Subject == subject).Select(v => v.Version).DefaultIfEmpty().Max() + 1, id, schema));
            Save();
            return id;
        }
    }

    public Task<int> RegisterAsync(string subject, string schemaJson, CancellationToken cancellationToken) =>
        Task.FromResult(Register(subject, schemaJson));

    public SchemaVersion? Find(string subject, string schema)
    {
        lock (_lock) return _versions.Find(v => v.Subject == subject && v.Schema == schema);
    }

    public bool HasSubject(string subject)
    {
        lock (_lock) return _versions.Exists(v => v.Subject == subject);
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<SchemaVersion> Versions(string subject)
    {
        lock (_lock) return [.. _versions.Where(v => v.Subject == subject)];
    }

    public string? ById(int id)
    {
        lock (_lock) return _byId.GetValueOrDefault(id);
    }

    public IReadOnlyList<object> UsesOf(int id)
    {
        lock (_lock) return [.. _versions.Where(v => v.Id == id).Select(v => new { subject = v.Subject, version = v.Version })];
    }

    /// <summary>Forgets a subject; its ids stay readable, since records carry them. Answers the versions it had.</summary>
    public IReadOnlyList<int> Delete(string subject)
    {
        lock (_lock)
        {
            var gone = _versions.Where(v => v.Subject == subject).Select(v => v.Version).ToList();
            _versions.RemoveAll(v => v.Subject == subject);
            Save();
            return gone;
        }
    }

    private void Save()
    {
        if (_file is null) return;
        var next = _file + ".next";
        File.WriteAllText(next, JsonSerializer.Serialize(_versions));
        File.Move(next, _file, overwrite: true);
    }
}
