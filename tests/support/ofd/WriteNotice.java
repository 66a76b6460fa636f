import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ofdrw.layout.OFDDoc;
import org.ofdrw.layout.edit.Attachment;
import org.ofdrw.layout.element.Display;
import org.ofdrw.layout.element.Img;
import org.ofdrw.layout.element.PageAreaFiller;
import org.ofdrw.layout.element.Paragraph;
import org.ofdrw.layout.element.Position;
import org.ofdrw.layout.element.TextAlign;
import org.ofdrw.layout.element.canvas.Cell;

/**
 * Writes a notice as an OFD file with ofdrw: paragraphs, a table of cells, a line at the head and
 * the foot of each page, attachments, a picture.
 *
 * <p>Arguments: the file to write, and a text file whose lines begin with a letter and a tab:
 * {@code T} the title, {@code P} a paragraph, {@code R} a row with the cells behind it, {@code H}
 * and {@code F} the line at the head and foot of pages, {@code A} an attachment (name, path),
 * {@code I} a picture that fills a page (path), {@code N} a new page.
 */
public final class WriteNotice {
    private static final double[] WIDTHS = {12, 36, 38, 58};
    private static final double SIZE = 4.2;
    private static final double PAGE = 180; // of the height, so that a title has its place too
    private static final double RULE = 0.353;

    private final OFDDoc document;
    private String head;
    private String foot;
    private int page;
    private double used;

    private WriteNotice(OFDDoc document) {
        this.document = document;
        document.onPage(found -> {
            page++;
            if (head != null) {
                found.add(line(head, 12));
            }
            if (foot != null) {
                found.add(line(foot.replace("#", String.valueOf(page)), 282));
            }
        });
    }

    public static void main(String[] arguments) throws IOException {
        List<String> lines = Files.readAllLines(Path.of(arguments[1]), StandardCharsets.UTF_8);
        try (OFDDoc document = new OFDDoc(Path.of(arguments[0]))) {
            WriteNotice notice = new WriteNotice(document);
            for (String line : lines) {
                notice.add(line.split("\t", -1));
            }
        }
    }

    private void add(String[] parts) throws IOException {
        switch (parts[0]) {
            case "T":
                Paragraph title = new Paragraph(parts[1], 6.0);
                title.setTextAlign(TextAlign.center);
                document.add(title);
                break;
            case "P":
                Paragraph paragraph = new Paragraph(parts[1], 5.0);
                paragraph.setFirstLineIndent(2);
                document.add(paragraph);
                break;
            case "R":
                addRow(parts);
                break;
            case "H":
                head = parts[1];
                break;
            case "F":
                foot = parts[1];
                break;
            case "A":
                document.addAttachment(new Attachment(parts[1], Path.of(parts[2])));
                break;
            case "I":
                document.add(new Img(150, 200, Path.of(parts[1])));
                break;
            case "N":
                breakPage();
                break;
            default:
                throw new IllegalArgumentException(parts[0]);
        }
    }

    private void addRow(String[] parts) {
        double height = 0;
        for (int at = 1; at < parts.length; at++) {
            int inLine = (int) ((WIDTHS[at - 1] - 2.8) / SIZE);
            int lines = (parts[at].length() + inLine - 1) / inLine + 1;
            height = Math.max(height, lines * (SIZE + 1) + 2);
        }
        if (used + height > PAGE) {
            breakPage(); // ofdrw loses cells of a row that it has to move to the next page itself
        }
        used += height;
        for (int at = 1; at < parts.length; at++) {
            Cell cell = new Cell(WIDTHS[at - 1] - 2 * RULE - 2, height);
            cell.setBorder(RULE);
            cell.setPadding(1.0);
            cell.setValue(parts[at]);
            cell.setFontSize(SIZE);
            cell.setLineSpace(1.0);
            cell.setDisplay(Display.inlineBlock);
            cell.setMarginTop(-RULE);
            if (at > 1) {
                cell.setMarginLeft(-RULE);
            }
            document.add(cell);
        }
    }

    private void breakPage() {
        document.add(new PageAreaFiller());
        used = 0;
    }

    private static Paragraph line(String text, double y) {
        Paragraph line = new Paragraph(60.0, 6.0);
        line.add(text);
        line.setPosition(Position.Absolute);
        line.setX(75.0);
        line.setY(y);
        line.setFontSize(3.5);
        return line;
    }
}
