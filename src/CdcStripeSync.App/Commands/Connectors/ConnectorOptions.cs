using System.CommandLine;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Connect.Rest;

namespace CdcStripeSync.App.Commands.Connectors;

/// <summary>The options by which every <c>connectors</c> command finds its worker and its files.</summary>
internal sealed class ConnectorOptions
{
    public const string DefaultUrl = "http://127.0.0.1:8083";

    private readonly SettingsOptions _settings;
    private readonly Option<string?> _url = new("--url") { Description = $"The Kafka Connect worker (or its load balancer); connect.url, else {DefaultUrl}." };
    private readonly Option<string?> _user = new("--user") { Description = "Basic authentication: NAME or NAME:PASSWORD; the password best by CDC_STRIPE__CONNECT__PASSWORD." };
    private readonly Option<string?> _ca = new("--ca-file") { Description = "PEM file of the authority that signed the worker's certificate." };
    private readonly Option<string?> _files = new("--files", "-f") { Description = "Folder of connector configurations, or one of them; connect.connectors, else ./connectors." };
    private readonly Option<string?> _environment = new("--env", "-e") { Description = "The overlay: FILES/environments/ENV.json." };

    private ConnectorOptions(SettingsOptions settings) => _settings = settings;

    public static ConnectorOptions On(Command command, bool withFiles)
    {
        var options = new ConnectorOptions(SettingsOptions.On(command));
        command.Options.Add(options._url);
        command.Options.Add(options._user);
        command.Options.Add(options._ca);
        if (!withFiles) return options;
        command.Options.Add(options._files);
        command.Options.Add(options._environment);
        return options;
    }

    public IReadOnlyList<Option> All => [.. _settings.All, _url, _user, _ca, _files, _environment];

    /// <summary>Settings with what the flags say put over them.</summary>
    public Settings Read(ParseResult parsed)
    {
        var settings = _settings.Read(parsed);
        var connect = settings.Connect;
        connect.Url = parsed.GetValue(_url) ?? (connect.Url.Length > 0 ? connect.Url : DefaultUrl);
        if (parsed.GetValue(_user) is { } user)
        {
            var colon = user.IndexOf(':', StringComparison.Ordinal);
            connect.Username = colon < 0 ? user : user[..colon];
            if (colon >= 0) connect.Password = user[(colon + 1)..];
        }

        connect.CaFile = parsed.GetValue(_ca) ?? connect.CaFile;
        List<string> errors = [.. SettingsValidator.OfConnect(connect, "--url (connect.url)", "--ca-file (connect.caFile)"), .. SettingsValidator.OfSource(settings.Source)];
        return errors.Count == 0 ? settings : throw new SettingsException(errors);
    }

    public static ConnectClient Client(Settings settings) => new(
        new ConnectOptions(new Uri(settings.Connect.Url)) { Username = settings.Connect.Username, Password = settings.Connect.Password, CaFile = settings.Connect.CaFile, AttemptTimeout = TimeSpan.FromSeconds(settings.Connect.TimeoutSeconds) },
        TimeProvider.System);

    /// <summary>The wanted connectors.</summary>
    /// <param name="only">Names; empty for all.</param>
    public IReadOnlyList<DesiredConnector> Files(ParseResult parsed, Settings settings, IReadOnlyCollection<string> only)
    {
        var environment = parsed.GetValue(_environment) ?? (settings.Connect.Environment.Length > 0 ? settings.Connect.Environment : null);
        return ConnectorFiles.Read(parsed.GetValue(_files) ?? (settings.Connect.Connectors.Length > 0 ? settings.Connect.Connectors : "connectors"), environment, only);
    }

    /// <summary>The wanted connectors; those that travel with the program where no folder is named and none is here.</summary>
    public IReadOnlyList<DesiredConnector> FilesOrShipped(ParseResult parsed, Settings settings) =>
        parsed.GetValue(_files) is null && settings.Connect.Connectors.Length == 0 && !Directory.Exists("connectors") ? ConnectorFiles.Read(Dev.Shipped.Connector, null, []) : Files(parsed, settings, []);
}
