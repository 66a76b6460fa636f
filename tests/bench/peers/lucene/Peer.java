/*
 * Lucene for the speed bench: one index, asked over standard input, a line each way.
 *
 *   write DIR WORDS LITERAL FACETS   then doc lines, then "end"; names are joined by commas
 *   doc NUMBER STORED STREAM… FACET… streams are tokens joined by spaces, facets values joined by U+001F
 *   open DIR | close
 *   find KIND SIZE FACETS PART…      KIND and, or; a part is words U+001F units, each joined by spaces
 *   job KIND SIZE PART…              the same with stored fields, snippets and the ten first values of each facet
 *   complete PREFIX SIZE
 *
 * Arguments are divided by tabs. An answer is "ok", the nanoseconds that the work took inside this
 * process, and what was found, divided by tabs; a failure is "error" and its text.
 */

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.util.CharTokenizer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.facet.FacetResult;
import org.apache.lucene.facet.Facets;
import org.apache.lucene.facet.FacetsCollector;
import org.apache.lucene.facet.FacetsCollectorManager;
import org.apache.lucene.facet.FacetsConfig;
import org.apache.lucene.facet.LabelAndValue;
import org.apache.lucene.facet.sortedset.DefaultSortedSetDocValuesReaderState;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetCounts;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetField;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesReaderState;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.MultiDocValues;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.suggest.InputIterator;
import org.apache.lucene.search.suggest.Lookup;
import org.apache.lucene.search.suggest.fst.WFSTCompletionLookup;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.index.TermsEnum;

public class Peer {
  static final String SUGGESTED = "body_words";
  static final int TOP = 10;

  static final Analyzer SPACES =
      new Analyzer() {
        @Override
        protected TokenStreamComponents createComponents(String field) {
          Tokenizer tokens =
              new CharTokenizer(TokenStream.DEFAULT_TOKEN_ATTRIBUTE_FACTORY, 1024) {
                @Override
                protected boolean isTokenChar(int c) {
                  return c != ' ';
                }
              };
          return new TokenStreamComponents(tokens);
        }
      };

  MMapDirectory directory;
  DirectoryReader reader;
  IndexSearcher searcher;
  NumericDocValues numbers;
  SortedSetDocValuesReaderState facets;
  UnifiedHighlighter highlighter;
  WFSTCompletionLookup completions;
  String[] fields;
  String[] dimensions;

  static FieldType stream(boolean positions) {
    FieldType type = new FieldType();
    type.setTokenized(true);
    type.setStored(positions);
    type.setIndexOptions(
        positions ? IndexOptions.DOCS_AND_FREQS_AND_POSITIONS_AND_OFFSETS : IndexOptions.DOCS_AND_FREQS);
    type.freeze();
    return type;
  }

  static String[] names(String joined) {
    return joined.isEmpty() ? new String[0] : joined.split(",");
  }

  static void write(String[] call, BufferedReader in) throws Exception {
    String[] words = names(call[2]), literal = names(call[3]), dimensions = names(call[4]);
    FieldType plain = stream(false), placed = stream(true);
    FacetsConfig config = new FacetsConfig();
    for (String name : dimensions) config.setMultiValued(name, true);
    IndexWriterConfig settings = new IndexWriterConfig(SPACES).setRAMBufferSizeMB(1024);
    try (MMapDirectory target = new MMapDirectory(Path.of(call[1]));
        IndexWriter out = new IndexWriter(target, settings)) {
      for (String line = in.readLine(); !line.equals("end"); line = in.readLine()) {
        String[] row = line.split("\t", -1);
        Document document = new Document();
        document.add(new NumericDocValuesField("number", Long.parseLong(row[1])));
        document.add(new StoredField("stored", row[2]));
        int at = 3;
        for (String name : words) document.add(new Field(name, row[at++], plain));
        for (String name : literal) document.add(new Field(name, row[at++], placed));
        for (String name : dimensions)
          for (String value : row[at++].split("\u001f"))
            if (!value.isEmpty()) document.add(new SortedSetDocValuesFacetField(name, value));
        out.addDocument(config.build(document));
      }
      out.forceMerge(1);
      out.commit();
    }
  }

  void open(String[] call) throws Exception {
    directory = new MMapDirectory(Path.of(call[1]));
    fields = names(call[2]);
    dimensions = names(call[3]);
    reader = DirectoryReader.open(directory);
    searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
    numbers = null;
    facets = new DefaultSortedSetDocValuesReaderState(reader, new FacetsConfig());
    highlighter = UnifiedHighlighter.builder(searcher, SPACES).build();
    completions = null;
  }

  void prepareCompletions() throws Exception {
    completions = new WFSTCompletionLookup(directory, "completions");
    Terms terms = MultiTerms.getTerms(reader, SUGGESTED);
    TermsEnum every = terms.iterator();
    completions.build(
        new InputIterator() {
          @Override
          public BytesRef next() throws java.io.IOException {
            return every.next();
          }

          @Override
          public long weight() {
            try {
              return every.docFreq();
            } catch (java.io.IOException error) {
              throw new java.io.UncheckedIOException(error);
            }
          }

          @Override
          public BytesRef payload() {
            return null;
          }

          @Override
          public boolean hasPayloads() {
            return false;
          }

          @Override
          public java.util.Set<BytesRef> contexts() {
            return null;
          }

          @Override
          public boolean hasContexts() {
            return false;
          }
        });
  }

  Query phrase(String field, String[] units) {
    if (units.length == 1) return new TermQuery(new Term(field, units[0]));
    return new PhraseQuery(field, units);
  }

  Query part(String text) {
    String[] halves = text.split("\u001f", -1);
    BooleanQuery.Builder either = new BooleanQuery.Builder();
    if (!halves[1].isEmpty())
      for (String field : fields) either.add(phrase(field + "_literal", halves[1].split(" ")), Occur.SHOULD);
    if (!halves[0].isEmpty()) {
      BooleanQuery.Builder all = new BooleanQuery.Builder();
      for (String word : new LinkedHashSet<>(Arrays.asList(halves[0].split(" ")))) {
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        for (String field : fields) any.add(new TermQuery(new Term(field + "_words", word)), Occur.SHOULD);
        all.add(any.build(), Occur.MUST);
      }
      either.add(all.build(), Occur.SHOULD);
    }
    return either.build();
  }

  Query query(String kind, String[] call, int first) {
    Occur occur = kind.equals("and") ? Occur.MUST : Occur.SHOULD;
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    for (int i = first; i < call.length; i++) all.add(part(call[i]), occur);
    return all.build();
  }

  long number(int doc) throws Exception {
    if (numbers == null || numbers.docID() > doc) numbers = MultiDocValues.getNumericValues(reader, "number");
    numbers.advanceExact(doc);
    return numbers.longValue();
  }

  /** The page's documents; {@code counted} gets what facets are counted from. */
  TopDocs search(Query query, int size, FacetsCollector[] counted) throws Exception {
    if (counted == null)
      return searcher.search(query, new TopScoreDocCollectorManager(size, Integer.MAX_VALUE));
    var found = FacetsCollectorManager.search(searcher, query, size, new FacetsCollectorManager());
    counted[0] = found.facetsCollector();
    return found.topDocs();
  }

  void count(FacetsCollector collector, StringBuilder answer) throws Exception {
    Facets counts = new SortedSetDocValuesFacetCounts(facets, collector);
    for (String name : dimensions) {
      answer.append('\t').append(name);
      FacetResult top = counts.getTopChildren(TOP, name);
      if (top == null) continue;
      for (LabelAndValue each : top.labelValues)
        answer.append('\u001f').append(each.label).append('\u001f').append(each.value.longValue());
    }
  }

  String find(String[] call) throws Exception {
    Query query = query(call[1], call, 4);
    FacetsCollector[] counted = call[3].equals("1") ? new FacetsCollector[1] : null;
    int size = Integer.parseInt(call[2]);
    TopDocs found = search(query, size, counted);
    ScoreDoc[] ordered = found.scoreDocs.clone();
    Arrays.sort(ordered, (a, b) -> Integer.compare(a.doc, b.doc));
    Map<Integer, Long> byDoc = new HashMap<>();
    for (ScoreDoc each : ordered) byDoc.put(each.doc, number(each.doc));
    StringBuilder answer = new StringBuilder().append(found.totalHits.value());
    answer.append('\t');
    for (ScoreDoc each : found.scoreDocs) answer.append(byDoc.get(each.doc)).append(' ');
    if (counted != null) count(counted[0], answer);
    return answer.toString();
  }

  String job(String[] call) throws Exception {
    Query query = query(call[1], call, 3);
    FacetsCollector[] counted = new FacetsCollector[1];
    TopDocs found = search(query, Integer.parseInt(call[2]), counted);
    String[] highlighted = new String[fields.length];
    for (int i = 0; i < fields.length; i++) highlighted[i] = fields[i] + "_literal";
    Map<String, String[]> snippets =
        found.scoreDocs.length == 0 ? Map.of() : highlighter.highlightFields(highlighted, query, found);
    StringBuilder answer = new StringBuilder().append(found.totalHits.value());
    answer.append('\t').append(found.scoreDocs.length);
    for (int i = 0; i < found.scoreDocs.length; i++) {
      answer.append('\t').append(searcher.storedFields().document(found.scoreDocs[i].doc).get("stored"));
      for (String field : highlighted) {
        String snippet = snippets.get(field)[i];
        answer.append('\t').append(snippet == null ? "" : snippet);
      }
    }
    count(counted[0], answer);
    return answer.toString();
  }

  String complete(String[] call) throws Exception {
    if (completions == null) prepareCompletions();
    List<String> found = new ArrayList<>();
    for (Lookup.LookupResult each : completions.lookup(call[1], false, Integer.parseInt(call[2])))
      found.add(each.key + " " + each.value);
    return String.join("\t", found);
  }

  String answer(String[] call, BufferedReader in) throws Exception {
    switch (call[0]) {
      case "write" -> {
        write(call, in);
        return "";
      }
      case "open" -> {
        open(call);
        return Integer.toString(reader.maxDoc());
      }
      case "close" -> {
        reader.close();
        directory.close();
        return "";
      }
      case "find" -> {
        return find(call);
      }
      case "job" -> {
        return job(call);
      }
      case "complete" -> {
        return complete(call);
      }
      default -> throw new IllegalArgumentException(call[0]);
    }
  }

  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 20);
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    Peer peer = new Peer();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] call = line.split("\t", -1);
      try {
        long started = System.nanoTime();
        String found = peer.answer(call, in);
        out.print("ok\t" + (System.nanoTime() - started) + "\t" + found.replace('\n', ' ') + "\n");
      } catch (Exception error) {
        out.print("error\t" + String.valueOf(error).replace('\n', ' ') + "\n");
      }
      out.flush();
    }
  }
}
