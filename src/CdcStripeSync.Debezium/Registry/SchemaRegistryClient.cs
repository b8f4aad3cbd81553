using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Pipeline.Ports;
using Polly;
using Polly.Retry;

namespace CdcStripeSync.Debezium.Registry;

/// <summary>Fetches schemas from a registry with Confluent's REST API. A schema is asked for once; an id never changes its meaning.</summary>
public sealed class SchemaRegistryClient : ISchemaSource, IDisposable
{
    private const int MostReferences = 1_000;

    private readonly SchemaRegistryOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<HttpResponseMessage> _retry;
    private readonly ConcurrentDictionary<int, SchemaLookup> _known = new();
    private readonly ConcurrentDictionary<int, Failure> _failures = new();
    private readonly ConcurrentDictionary<int, Lazy<Task<SchemaLookup>>> _asking = new();

    public SchemaRegistryClient(SchemaRegistryOptions options, TimeProvider time, HttpMessageHandler? handler = null)
    {
        _options = options;
        _time = time;
        _http = new HttpClient(handler ?? Transport(options)) { BaseAddress = new Uri(options.Url.ToString().TrimEnd('/') + "/"), Timeout = options.Timeout };
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.schemaregistry.v1+json, application/json");
        if (options.Username is { Length: > 0 })
        {
            var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Username}:{options.Password}"));
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        }

        _retry = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(100),
                BackoffType = DelayBackoffType.Exponential,
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().HandleResult(r => (int)r.StatusCode >= 500),
            })
            .Build();
    }

    public ValueTask<SchemaLookup> FindAsync(int id, CancellationToken cancellationToken) =>
        _known.TryGetValue(id, out var known) ? ValueTask.FromResult(known) : new ValueTask<SchemaLookup>(AskAsync(id, cancellationToken));

    /// <summary>By Confluent's strategies for the names of subjects: the topic's name and <c>-value</c>, or the record's name with the topic's before it,
    /// or alone. Asked each time: the caller learns from the answer.</summary>
    public async ValueTask<AvroSchema?> FindValueOfAsync(string topic, string keyName, CancellationToken cancellationToken)
    {
        foreach (var subject in Subjects(topic, keyName))
        {
            if (await NewestAsync(subject, cancellationToken) is { } newest) return newest;
        }

        return null;
    }

    /// <summary>Debezium names a table's schemas <c>….Key</c>, <c>….Envelope</c> and <c>….Value</c>.</summary>
    private static IEnumerable<string> Subjects(string topic, string keyName)
    {
        yield return $"{topic}-value";
        if (keyName.LastIndexOf('.') is var dot and > 0)
        {
            foreach (var record in new[] { $"{keyName[..dot]}.Envelope", $"{keyName[..dot]}.Value" })
            {
                yield return $"{topic}-{record}";
                yield return record;
            }
        }
    }

    private async Task<AvroSchema?> NewestAsync(string subject, CancellationToken cancellationToken)
    {
        var what = $"the newest schema of {subject}";
        try
        {
            return await GetAsync($"subjects/{Uri.EscapeDataString(subject)}/versions/latest", what, cancellationToken) is { } body
                ? (await ReadAsync(body, what, cancellationToken)).Schema
                : null;
        }
        catch (MissingReferenceException)
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>One request at a time for each id, whoever waits for it.</summary>
    private async Task<SchemaLookup> AskAsync(int id, CancellationToken cancellationToken)
    {
        if (_failures.TryGetValue(id, out var failure) && _time.GetElapsedTime(failure.Last) < _options.FailureMemory)
            return failure.IsFinal ? new SchemaLookup(null, failure.Message) : throw new SchemaRegistryUnavailableException(failure.Message);
        var asking = _asking.GetOrAdd(id, key => new Lazy<Task<SchemaLookup>>(() => FetchAsync(key)));
        try
        {
            return await asking.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            if (asking.Value.IsCompleted) _asking.TryRemove(KeyValuePair.Create(id, asking));
        }
    }

    private async Task<SchemaLookup> FetchAsync(int id)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"schema id {id}");
        try
        {
            if (await GetAsync(string.Create(CultureInfo.InvariantCulture, $"schemas/ids/{id}"), what, CancellationToken.None) is { } body)
            {
                var found = await ReadAsync(body, what, CancellationToken.None);
                _failures.TryRemove(id, out _);
                return _known[id] = found;
            }
        }
        catch (MissingReferenceException e)
        {
            what = e.Message;
        }
        catch (SchemaRegistryUnavailableException e)
        {
            var now = _time.GetTimestamp();
            _failures[id] = new Failure(now, now, e.Message, false);
            throw;
        }

        return Unknown(id, what);
    }

    /// <summary>The registry's answer; null where it has no such thing.</summary>
    private async Task<byte[]?> GetAsync(string path, string what, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _retry.ExecuteAsync(async token => await _http.GetAsync(path, token), cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound && SaysNotFound(await response.Content.ReadAsByteArrayAsync(cancellationToken))) return null;
            if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                throw new SchemaRegistryUnavailableException($"the schema registry {_options.Url} refuses the credentials ({(int)response.StatusCode}): set registry.username and registry.password");
            if (!response.IsSuccessStatusCode)
                throw new SchemaRegistryUnavailableException($"the schema registry {_options.Url} answers {(int)response.StatusCode} for {what}");
            return await response.Content.ReadAsByteArrayAsync(cancellationToken); // JSON is UTF-8, whatever character set a header names
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new SchemaRegistryUnavailableException($"the schema registry {_options.Url} cannot be reached for {what}: {e.GetBaseException().Message}");
        }
    }

    /// <summary>A registry's own word that it has no such schema, subject or version (40403, 40401, 40402). Another 404 is from whoever stands before it.</summary>
    private static bool SaysNotFound(byte[] body)
    {
        try
        {
            using var answer = JsonDocument.Parse(body);
            return answer.RootElement.TryGetProperty("error_code", out var code) && code.TryGetInt32(out var number) && number is >= 40400 and <= 40499;
        }
        catch (Exception e) when (JsonFaults.Is(e))
        {
            return false;
        }
    }

    /// <summary>What is no Avro schema stays none; what is no answer of a registry (a proxy's page) says nothing of the schema.</summary>
    private async Task<SchemaLookup> ReadAsync(byte[] body, string what, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = JsonDocument.Parse(body);
            if (answer.RootElement.TryGetProperty("schemaType", out var type) && type.GetString() is { } kind and not "AVRO")
                return new SchemaLookup(null, $"{what} is {kind}, not Avro");
            var schema = TextOf(answer.RootElement);
            var referenced = new List<string>();
            await ReferencedAsync(answer.RootElement, what, [], referenced, cancellationToken);
            return new SchemaLookup(AvroSchema.Parse(schema, referenced), null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new SchemaRegistryUnavailableException($"the schema registry {_options.Url} answers for {what} with no registry's answer: {e.Message}");
        }
        catch (AvroSchemaException e)
        {
            return new SchemaLookup(null, $"{what}: {e.Message}");
        }
    }

    /// <summary>The schemas that an answer's <c>references</c> name, each after those that it refers to itself, each once: a version never changes.
    /// One that was deleted since is still there for who asks for it (<c>deleted=true</c>), as for Confluent's own clients.</summary>
    private async Task ReferencedAsync(JsonElement answer, string what, HashSet<(string Subject, int Version)> seen, List<string> referenced, CancellationToken cancellationToken)
    {
        if (!answer.TryGetProperty("references", out var references) || references.ValueKind != JsonValueKind.Array) return;
        foreach (var reference in references.EnumerateArray())
        {
            var (subject, version) = (reference.GetProperty("subject").GetString() ?? "", reference.GetProperty("version").GetInt32());
            if (!seen.Add((subject, version))) continue;
            if (seen.Count > MostReferences) throw new AvroSchemaException($"refers to more than {MostReferences} schemas");
            var name = string.Create(CultureInfo.InvariantCulture, $"{subject} version {version}, which {what} refers to,");
            var path = string.Create(CultureInfo.InvariantCulture, $"subjects/{Uri.EscapeDataString(subject)}/versions/{version}?deleted=true");
            if (await GetAsync(path, name, cancellationToken) is not { } body) throw new MissingReferenceException(name);
            using var other = JsonDocument.Parse(body);
            await ReferencedAsync(other.RootElement, what, seen, referenced, cancellationToken);
            referenced.Add(TextOf(other.RootElement));
        }
    }

    private static string TextOf(JsonElement answer) => answer.GetProperty("schema").GetString() ?? throw new JsonException("schema is null");

    /// <summary>A registry that was just restored may know the id a moment later: only patience makes it final, and then for
    /// the records that ask now: one that is retried later asks again.</summary>
    private SchemaLookup Unknown(int id, string what)
    {
        var first = _failures.TryGetValue(id, out var failure) ? failure.First : _time.GetTimestamp();
        var message = $"{what} is not in the registry {_options.Url}";
        var isFinal = _time.GetElapsedTime(first) >= _options.UnknownIdPatience;
        _failures[id] = new Failure(first, _time.GetTimestamp(), message, isFinal);
        if (isFinal) return new SchemaLookup(null, message);
        throw new SchemaRegistryUnavailableException(message);
    }

    /// <summary>Trusts the authority that the options name, for whatever else asks the registry.</summary>
    public static SocketsHttpHandler Transport(SchemaRegistryOptions options)
    {
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        if (options.CaFile is { Length: > 0 } file)
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck, // .NET's default for a policy is Online, and a private authority publishes no list
            };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return handler;
    }

    /// <summary>The message names what is missing.</summary>
    private sealed class MissingReferenceException(string what) : Exception(what);

    private readonly record struct Failure(long First, long Last, string Message, bool IsFinal);
}
